/** Changes to the confirmation tasks that are not saved yet. A crash loses nothing: they follow from the journal. */

import { LRUCache } from 'lru-cache';
import type { KycUpdate } from '../domain/update.ts';
import type { ConfirmationTasks } from '../journal/confirmation-tasks.ts';
import { currentTime } from '../schedule/clock.ts';
import { needsLookup } from './policy.ts';

/** For how many customers the wanted revision is remembered: far more than are looked up at once. */
const MAX_WANTED = 10_000;

/** How often it is saved that this gateway is alive, in milliseconds. */
const ALIVE_MS = 60_000;

/** Gathers changes to the confirmation tasks between two saves. */
export class Backlog {
  /** The journal position up to which every update has been considered. */
  position = 0;
  readonly #tasks: ConfirmationTasks;
  /** Customers to look up, and when that is due. */
  #added = new Map<string, number>();
  #settled = new Set<string>();
  #postponed: { customerId: string; attempts: number; dueAt: number }[] = [];
  /** The latest revision that needs a lookup. Bounded: another instance may do the lookup without our noticing. */
  readonly #wanted = new LRUCache<string, number>({ max: MAX_WANTED });
  #savedAt = Number.NEGATIVE_INFINITY;

  constructor(tasks: ConfirmationTasks) {
    this.#tasks = tasks;
  }

  /** Takes an update, in position order. Returns whether its customer has to be looked up. */
  take(update: KycUpdate): boolean {
    if (update.position > this.position) this.position = update.position;
    const isNeeded = needsLookup(update);
    if (isNeeded) {
      this.#wanted.set(update.customerId, update.revision);
      this.add(update.customerId);
    }
    return isNeeded;
  }

  /** Adds a lookup, due at `dueAt` (milliseconds since 1970, default now). */
  add(customerId: string, dueAt = currentTime()): void {
    this.#added.set(customerId, Math.min(dueAt, this.#added.get(customerId) ?? dueAt));
  }

  /** An answer about `revision` was recorded. When a later revision needs a lookup too, there is another one. */
  settle(customerId: string, revision: number): void {
    if ((this.#wanted.get(customerId) ?? 0) > revision) {
      this.add(customerId);
      return;
    }
    this.#wanted.delete(customerId);
    this.#settled.add(customerId);
  }

  /** There was no answer. */
  postpone(customerId: string, attempts: number, dueAt: number): void {
    this.#postponed.push({ customerId, attempts, dueAt });
  }

  /** The customer is denied: whatever was wanted is answered, and the next lookup is not before `dueAt`. */
  deny(customerId: string, attempts: number, dueAt: number): void {
    this.#wanted.delete(customerId);
    this.#added.delete(customerId);
    this.postpone(customerId, attempts, dueAt);
  }

  /** Saves what has changed, and every minute that this gateway is alive. What can't be saved is kept for the next time. */
  async save(): Promise<void> {
    const [added, settled, postponed] = [this.#added, this.#settled, this.#postponed];
    const isChanged = added.size + settled.size + postponed.length > 0;
    if (!isChanged && performance.now() - this.#savedAt < ALIVE_MS) return;
    [this.#added, this.#settled, this.#postponed] = [new Map(), new Set(), []];
    try {
      await this.#tasks.save({
        progress: { position: this.position, aliveAt: currentTime() },
        added: [...added].map(([customerId, dueAt]) => ({ customerId, urgent: true, dueAt })),
        settled: [...settled],
        postponed,
      });
      this.#savedAt = performance.now();
    } catch (error) {
      for (const [customerId, dueAt] of added) this.add(customerId, dueAt);
      this.#settled = settled.union(this.#settled);
      this.#postponed = [...postponed, ...this.#postponed];
      throw error;
    }
  }
}
