/** Keeps a lease: saves what was done, beats while there is nothing to save, and notices when the lease is lost. */
import { isUnavailable, messageOf } from '../errors.ts';
import type { ConsumerRecord, Consumers } from '../journal/consumers.ts';
import type { Head } from '../journal/journal.ts';
import { changesOf, type Ledger } from './ledger.ts';
import type { SessionEnd } from './outcome.ts';

/** How often progress is saved, in milliseconds: a crash repeats at most that much. */
const SAVE_MS = 250;
/** How many beats fit into a lease. */
const BEATS = 4;

/** What a keeper needs, and what it reports to. */
export interface KeeperOptions {
  readonly consumers: Consumers;
  readonly record: ConsumerRecord;
  readonly leaseMs: number;
  readonly ledger: Ledger;
  /** The place to save. */
  place(): Head;
  /** What was done is saved. */
  saved(): void;
  /** A person has changed the retries. */
  changed(): void;
  /** The lease has ended. */
  ended(end: SessionEnd): void;
}

/** Keeps one lease. */
export class Keeper {
  readonly #given: KeeperOptions;
  /** When the last successful beat was sent, as `performance.now()`: the lease runs from then. */
  #beatAt = performance.now();
  #savedPosition: number;
  #changes: number;
  #saving: Promise<void> | null = null;

  constructor(given: KeeperOptions) {
    this.#given = given;
    this.#savedPosition = given.record.place.position;
    this.#changes = given.record.changes;
  }

  /** Whether the lease is still held, by our own clock. */
  get isHeld(): boolean {
    return performance.now() - this.#beatAt < this.#given.leaseMs;
  }

  /** How long until something has to be done, in milliseconds. */
  get idleMs(): number {
    return Math.min(SAVE_MS, this.#given.leaseMs / BEATS);
  }

  /** Saves, or beats, when it is time to. */
  tick(now: number): void {
    const silentMs = now - this.#beatAt;
    if (silentMs >= this.#given.leaseMs) this.#given.ended({ why: 'fenced' });
    else if (silentMs >= (this.#isDirty ? this.idleMs : this.#given.leaseMs / BEATS)) void this.save();
  }

  /** Saves what was done. One save at a time. Never rejects. */
  save(): Promise<void> {
    this.#saving ??= this.#save().finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  /** Saves what is left, and gives the lease back; with an error, the consumer stops. Never rejects. */
  async release(error: string | undefined): Promise<void> {
    const { consumers, record } = this.#given;
    await this.#saving;
    if (this.#isDirty) await this.save();
    try {
      await consumers.release(record, error);
    } catch {
      // The lease ends by itself.
    }
  }

  get #isDirty(): boolean {
    const { ledger, place } = this.#given;
    return ledger.size > 0 || place().position !== this.#savedPosition;
  }

  async #save(): Promise<void> {
    const { consumers, record, ledger, saved, changed, ended } = this.#given;
    const place = this.#given.place();
    const unsaved = ledger.take();
    const sentAt = performance.now();
    try {
      const isMoved = place.position !== this.#savedPosition;
      const answer = await consumers.save(record, { ...changesOf(unsaved), place: isMoved ? place : undefined });
      if (answer === null) return ended({ why: 'fenced' });
      this.#beatAt = sentAt;
      this.#savedPosition = place.position;
      if (answer.isFull) return ended({ why: 'failed', code: 'DEAD_LETTERS_FULL', error: FULL });
      if (answer.state !== 'RUNNING') return ended({ why: 'paused' });
      if (answer.changes !== this.#changes) changed();
      this.#changes = answer.changes;
      saved();
    } catch (error) {
      ledger.restore(unsaved);
      // Retry for as long as the lease lasts.
      if (!isUnavailable(error)) ended({ why: 'failed', code: 'INTERNAL', error: messageOf(error) });
    }
  }
}

const FULL = 'The consumer has no room for more dead letters. Replay or discard some, then resume it.';
