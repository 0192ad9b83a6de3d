/** A process of a simulation: the real feed over a journal whose every answer takes its time, fails, or never comes. */
import { PubSubEngine } from 'graphql-subscriptions';
import { KycError } from '../../src/errors.ts';
import { Feed } from '../../src/feed/feed.ts';
import type { Head, Journal } from '../../src/journal/journal.ts';
import type { SimulatedDatabase } from './database.ts';
import type { Random } from './random.ts';
import { Violation } from './violation.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What all processes of a schedule share. */
export interface World {
  readonly random: Random;
  readonly time: VirtualTime;
  readonly database: SimulatedDatabase;
  readonly notifier: SimulatedNotifier;
  /** An embedded database answers at once. */
  readonly isEmbedded: boolean;
  /** How long a call takes at most to arrive, and its answer to come back. */
  readonly latencyMs: number;
  /** Whether calls and notifications fail now. */
  isFaulty: boolean;
  /** What was found. */
  readonly violations: Error[];
}

/** Loses, doubles and delays notifications, makes some up, and fails. */
export class SimulatedNotifier extends PubSubEngine {
  readonly #listeners = new Map<number, (hint: unknown) => void>();
  #lastId = 0;
  world!: World;
  /** When it last left a call without an answer. */
  hungAt = Number.NEGATIVE_INFINITY;

  override publish(_topic: string, hint: unknown): Promise<void> {
    const { random, isFaulty } = this.world;
    if (isFaulty && random.chance(0.05)) throw new Error('The notifier throws.');
    if (isFaulty && random.chance(0.05)) return Promise.reject(new Error('The notifier rejects.'));
    if (isFaulty && random.chance(0.02)) return this.#hang();
    this.send(hint);
    return Promise.resolve();
  }

  override subscribe(_topic: string, listener: (hint: unknown) => void): Promise<number> {
    const { random, isFaulty } = this.world;
    if (isFaulty && random.chance(0.2)) return Promise.reject(new Error('The notifier is down.'));
    if (isFaulty && random.chance(0.05)) return this.#hang();
    this.#listeners.set(++this.#lastId, listener);
    return Promise.resolve(this.#lastId);
  }

  override unsubscribe(id: number): void {
    this.#listeners.delete(id);
  }

  #hang<Value>(): Promise<Value> {
    this.hungAt = this.world.time.now;
    return new Promise(() => {});
  }

  /** Delivers a notification to every listener: not at all, once or twice. */
  send(hint: unknown): void {
    const { random, time, isFaulty } = this.world;
    for (const listener of this.#listeners.values()) {
      const times = !isFaulty ? 1 : random.chance(0.25) ? 0 : random.chance(0.1) ? 2 : 1;
      for (let count = 0; count < times; count++) time.soon(30, () => listener(hint));
    }
  }
}

/** A process. */
export class Instance {
  readonly #world: World;
  readonly journal: Journal;
  readonly feed: Feed;
  /** The customers that it was told to erase. */
  readonly erasedCustomers = new Set<string>();
  /** The erasures that it has done: nothing of what they erased is delivered. */
  readonly erasures = new Set<number>();
  isAlive = true;
  isReady = false;
  reads = 0;
  /** How often it reported a replaced journal, and how often it has to have done so by now, or at the end. */
  #reported = 0;
  #owed = 0;
  #position = 0;
  #reportedThen = 0;

  constructor(world: World) {
    this.#world = world;
    this.journal = this.#openJournal();
    this.feed = new Feed(this.journal, world.notifier, {
      observer: {
        replaced: () => {
          this.#reported++;
          if (world.database.replacements === 0)
            world.violations.push(new Violation('a replaced journal was reported, and none was replaced'));
        },
      },
      scheduler: world.time.scheduler(() => this.isAlive),
      tailBytes: 3_000,
    });
  }

  async start(): Promise<void> {
    for (;;) {
      try {
        await this.feed.start();
        this.isReady = true;
        return;
      } catch {
        await new Promise<void>((resolve) => void this.#world.time.after(50, resolve));
      }
    }
  }

  /** The database has become another state of itself; its feed was at `place`. */
  replaced(place: Head): void {
    if (this.isReady && this.isAlive && !this.#world.database.holdsPlace(place)) this.#owed = this.#reported + 1;
  }

  /** The feed never goes back, unless it says why. */
  checkPlace(): void {
    if (!this.isReady) return;
    const { position } = this.feed;
    if (position < this.#position && this.#reported === this.#reportedThen)
      this.#world.violations.push(new Violation(`the feed went back from ${this.#position} to ${position}`));
    this.#position = position;
    this.#reportedThen = this.#reported;
  }

  /** Every replaced journal that the feed had a place in was reported. */
  checkReports(): void {
    if (this.#reported < this.#owed) this.#world.violations.push(new Violation('a replaced journal was not reported'));
  }

  /** Everything that it waits for never comes. */
  crash(): void {
    this.isAlive = false;
  }

  /** Commits as the gateway does: what came back is passed on to the feed. */
  async commit(customers: readonly string[]): Promise<void> {
    const updates = await this.#call(() => this.#world.database.append(customers));
    this.feed.committed(updates);
  }

  async erase(customerId: string): Promise<void> {
    const { erasure, position } = await this.#call(() => this.#world.database.erase(customerId));
    this.erasedCustomers.add(customerId);
    this.feed.invalidate(customerId, position);
    this.erasures.add(erasure);
  }

  #openJournal(): Journal {
    const { database } = this.#world;
    const read = <Value>(look: () => Value) => {
      this.reads++;
      return this.#world.isEmbedded ? look() : this.#call(look);
    };
    return {
      seed: database.seed,
      head: () => read(() => database.head),
      digestAt: (position: number) => read(() => database.digestAt(position)),
      entry: (position: number) =>
        read(() => database.updates(null).find((update) => update.position === position) ?? null),
      entriesAfter: (position: number, limit: number) =>
        read(() =>
          database
            .updates(null)
            .filter((update) => update.position > position)
            .slice(0, limit),
        ),
      customer: (customerId: string) =>
        read(() => {
          const latest = database.updates(customerId).at(-1);
          return latest === undefined ? null : { latest, firstSeenAt: 0, confirmedAt: null };
        }),
      updatesAfter: (customerId: string, revision: number, limit: number) =>
        read(() =>
          database
            .updates(customerId)
            .filter((update) => update.revision > revision)
            .slice(0, limit),
        ),
    } as unknown as Journal;
  }

  /** A call over the network: it is executed later, and answered later still. A crash in between leaves it without an answer. */
  #call<Value>(execute: () => Value): Promise<Value> {
    const { random, time, latencyMs } = this.#world;
    return new Promise((resolve, reject) => {
      const answer = (run: () => void) => time.soon(latencyMs, () => this.isAlive && run());
      const fail = () => answer(() => reject(new KycError('JOURNAL_UNAVAILABLE', 'The simulated network failed.')));
      time.soon(latencyMs, () => {
        const fate = this.#world.isFaulty ? random.int(50) : 2;
        if (fate === 0) return fail();
        const value = execute();
        if (fate === 1) return fail();
        answer(() => resolve(value));
      });
    });
  }
}
