/** Finds customers whose lookup no commit of this process made due: changes before it started, and those to check again. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from '../journal/journal.ts';
import { currentTime } from '../schedule/clock.ts';
import type { Backlog } from './backlog.ts';
import { isUnanswered, unconfirmedFullUsers } from './policy.ts';

/** How many entries are read again at start: another instance may have died with tasks that it had not saved. */
const LOOK_BACK = 1_000;
const LOOK_BATCH = 500;
const SWEEP_BATCH = 2_000;

/** Searches the journal in small steps, and stops when `signal` is aborted. */
export class CatchUp {
  readonly #journal: Journal;
  readonly #backlog: Backlog;
  readonly #signal: AbortSignal;

  constructor(journal: Journal, backlog: Backlog, signal: AbortSignal) {
    this.#journal = journal;
    this.#backlog = backlog;
    this.#signal = signal;
  }

  /** Adds every `FULL_USER` that nobody has confirmed: a first start with a key. */
  async addUnconfirmed(): Promise<void> {
    for await (const customerIds of unconfirmedFullUsers(this.#journal)) {
      if (this.#signal.aborted) return;
      const dueAt = currentTime();
      // Not urgent: new callbacks go first.
      const added = customerIds.map((customerId) => ({ customerId, urgent: false, dueAt }));
      if (added.length > 0) await this.#journal.confirmationTasks.save({ added });
      await sleep(0);
    }
  }

  /** Adds the customers whose latest update is among the last before `position` or after it, needs a lookup and has none yet. */
  async lookBackFrom(position: number): Promise<void> {
    for (let reached = Math.max(0, position - LOOK_BACK); !this.#signal.aborted; ) {
      const updates = await this.#journal.entriesAfter(reached, LOOK_BATCH);
      for (const update of updates) {
        reached = update.position;
        if (await isUnanswered(this.#journal, update)) {
          if (!this.#backlog.take(update)) this.#backlog.add(update.customerId);
        }
      }
      if (updates.length < LOOK_BATCH) return;
      await sleep(0);
    }
  }

  /** Makes a lookup due for each customer in one of `statuses` (null: any) who was last confirmed before that time. */
  async sweep(statuses: readonly string[] | null, confirmedBefore: number): Promise<void> {
    const { confirmationTasks } = this.#journal;
    for (let after: number | null = 0; after !== null && !this.#signal.aborted; await sleep(0)) {
      const dueAt = currentTime();
      after = await confirmationTasks.sweep({ after, limit: SWEEP_BATCH, statuses, confirmedBefore, dueAt });
    }
  }
}
