/** A client of a simulation: follows, reconnects with what it saw last, and checks everything that it is given. */
import type { KycUpdate } from '../../src/domain/update.ts';
import { KycError } from '../../src/errors.ts';
import type { FeedCursor, Pull } from '../../src/feed/cursor.ts';
import type { Entry } from './database.ts';
import type { Instance, World } from './instance.ts';
import { Violation } from './violation.ts';

/** What a subscriber follows. */
export interface Interest {
  readonly customerId: string | null;
  /** Which updates of all customers it wants. */
  readonly filter: string | null;
  /** Whether it pulls as soon as it was given something; otherwise from time to time. */
  readonly isEager: boolean;
}

/** One subscriber. It is at one instance at a time. */
export class Subscriber implements Pull {
  readonly #world: World;
  readonly #interest: Interest;
  #isEager: boolean;
  #instance: Instance | null = null;
  #cursor: FeedCursor | null = null;
  #isPulling = false;
  #connections = 0;
  /** The last update that was delivered, and how many replacements there had been by then or when the cursor was opened. */
  #last: Entry | null = null;
  #since = 0;
  /** How often it began anew because its cursor was unknown; how many updates it got. */
  unknown = 0;
  delivered = 0;
  /** Nothing that is erased by now may be delivered, wherever it was erased. */
  refusesErased = false;

  constructor(world: World, interest: Interest) {
    this.#world = world;
    this.#interest = interest;
    this.#isEager = interest.isEager;
  }

  /** Connects to an instance, as a resolver does: the place is looked up first. */
  async connect(instance: Instance): Promise<void> {
    this.disconnect();
    this.#instance = instance;
    const connection = ++this.#connections;
    const last = this.#last;
    const since = this.#world.database.replacements;
    if (last !== null) {
      const found = await Promise.resolve(instance.journal.digestAt(last.position)).catch(() => undefined);
      if (connection !== this.#connections) return;
      if (found === undefined || !instance.isAlive) {
        this.#instance = null;
        return;
      }
      if (found === null || found !== last.digest) this.#restart();
      else if (this.#isGoneFor(last)) this.#last = null;
    }
    this.#since = since;
    this.#open(instance);
  }

  /** Connects for the first time, with the cursor of an entry. */
  continueAt(instance: Instance, last: Entry): Promise<void> {
    this.#last = last;
    return this.connect(instance);
  }

  /** Whether it is without an instance that lives. */
  get isAway(): boolean {
    return this.#instance === null || !this.#instance.isAlive;
  }

  disconnect(): void {
    this.#connections++;
    this.#instance = null;
    this.#isPulling = false;
    const cursor = this.#cursor;
    this.#cursor = null;
    cursor?.close();
  }

  /** Asks for the next update, unless it waits for one. */
  pull(): void {
    if (this.#cursor === null || this.#isPulling) return;
    this.#isPulling = true;
    this.#cursor.pull(this);
  }

  /** Pulls from now on as fast as it is given something. */
  hurry(): void {
    this.#isEager = true;
    this.pull();
  }

  take(update: KycUpdate): void {
    // A process that has crashed says nothing more.
    if (this.#instance?.isAlive !== true) return;
    const { database, time } = this.#world;
    this.#isPulling = false;
    const entry = database.entryOf(update);
    this.#check(entry);
    this.#last = entry;
    this.#since = database.holds(entry) ? database.replacements : -1;
    this.delivered++;
    if (this.#isEager) time.soon(2, () => this.pull());
  }

  end(error?: unknown): void {
    this.#isPulling = false;
    // Closed by ourselves, or by a process that has crashed.
    if (this.#cursor === null || this.#instance?.isAlive !== true) return;
    const { erasedCustomers } = this.#instance;
    this.#cursor = null;
    this.#instance = null;
    const last = this.#last;
    const { customerId, filter } = this.#interest;
    if (error === undefined) {
      const wasErased =
        erasedCustomers.has(customerId ?? '') || (last !== null && this.#world.database.wasErased(last));
      if (customerId === null || !wasErased) this.#fail('completed, although the customer was not erased');
      this.#last = null;
      return;
    }
    if (!(error instanceof KycError) || error.code !== 'CURSOR_UNKNOWN') this.#fail(String(error));
    // A filtered cursor has passed updates that its subscriber never saw.
    const isWrong = last !== null && filter === null && !this.#world.database.wasGoneSince(last, this.#since);
    if (isWrong) this.#fail(`CURSOR_UNKNOWN although position ${last.position} was there all the time`);
    this.#restart();
  }

  /** What must hold when nothing has failed for a while. */
  checkSettled(when: string): void {
    const { database } = this.#world;
    if (this.isAway || this.#cursor === null) this.#fail(`not connected ${when}`);
    const last = this.#last;
    if (last !== null && !database.holds(last))
      this.#fail(`position ${last.position} is gone, and its subscriber was not told ${when}`);
    const newest = database
      .updates(this.#interest.customerId)
      // A restored backup may bring back what was erased: nobody is told of that.
      .filter((update) => this.#wants(update) && !database.wasErased(database.entryOf(update)))
      .at(-1);
    if (newest !== undefined && newest.position > (last?.position ?? 0))
      this.#fail(`position ${newest.position} was not delivered ${when}, the last was ${last?.position ?? 0}`);
  }

  /** Does not throw: the feed would catch it. */
  #fail(message: string): void {
    const { customerId, filter } = this.#interest;
    const who = customerId ?? (filter === null ? 'all' : `all about ${filter}`);
    this.#world.violations.push(new Violation(`follows ${who}: ${message}`));
  }

  #open(instance: Instance): void {
    const { customerId } = this.#interest;
    const last = this.#last?.update ?? null;
    this.#cursor =
      customerId === null
        ? instance.feed.followAll(last ?? 0, (update) => this.#wants(update))
        : instance.feed.followCustomer(customerId, last ?? 0);
    this.pull();
  }

  #restart(): void {
    this.unknown++;
    this.#last = null;
  }

  /** An erased customer's cursor names an entry that is no update any more: the client begins anew. */
  #isGoneFor(last: Entry): boolean {
    return this.#interest.customerId !== null && this.#world.database.erasureOf(last) !== undefined;
  }

  #wants({ customerId }: KycUpdate): boolean {
    return this.#interest.filter === null || customerId === this.#interest.filter;
  }

  /** Each update follows the one before in one history, and nothing that was wanted and not erased stands between them. */
  #check(entry: Entry): void {
    const { database } = this.#world;
    const erasure = database.erasureOf(entry);
    if (erasure !== undefined && this.refusesErased)
      this.#fail(`position ${entry.position} was delivered although it was erased elsewhere`);
    if (erasure !== undefined && this.#instance?.erasures.has(erasure))
      this.#fail(`position ${entry.position} was delivered after it was erased here`);
    const { customerId } = this.#interest;
    for (let before = entry.parent; before !== this.#last; before = before.parent) {
      if (before === null) {
        this.#fail(`position ${entry.position} does not follow position ${this.#last?.position} in one history`);
        return;
      }
      const { update } = before;
      const isOurs =
        update !== null && this.#wants(update) && (customerId === null || update.customerId === customerId);
      if (isOurs && !database.wasErased(before))
        this.#fail(`position ${before.position} was skipped before position ${entry.position}`);
    }
  }
}
