/** What changes among the questions between two saves. Nothing here is lost with the process: it follows from the journal. */
import { LRUCache } from 'lru-cache';
import { FULL_USER } from '../domain/kyc.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { ConfirmationTasks } from '../journal/confirmation-tasks.ts';

/** Whether XGateway's API has to be asked at once about the customer of an update. */
export function needsLookup(update: KycUpdate): boolean {
  if (update.confirmed) return false;
  const [was, is] = [update.previousStatus === FULL_USER, update.status === FULL_USER];
  return was !== is || (is && !update.verified) || update.repeatsRevision !== null || update.source === 'REPLAY';
}

/** Of how many customers it is remembered which revision is wanted: far more than are asked about at a time. */
const MAX_WANTED = 10_000;

/** How often it is saved that somebody listens, in milliseconds. */
const ALIVE_MS = 60_000;

/** Gathers changes for the question store. */
export class Backlog {
  /** The journal position up to which everybody is known who has to be asked about. */
  position = 0;
  readonly #confirmationTasks: ConfirmationTasks;
  #asked = new Set<string>();
  #settled = new Set<string>();
  #postponed: { customerId: string; attempts: number; dueAt: number }[] = [];
  /** The latest revision that has to be asked about. Bounded: another instance may be the one that asks, and tells us nothing. */
  readonly #wanted = new LRUCache<string, number>({ max: MAX_WANTED });
  #savedAt = 0;

  constructor(confirmationTasks: ConfirmationTasks) {
    this.#confirmationTasks = confirmationTasks;
  }

  /** Takes an update, in the order of their positions. Returns whether it makes a question. */
  take(update: KycUpdate): boolean {
    if (update.position > this.position) this.position = update.position;
    const asks = needsLookup(update);
    if (asks) {
      this.#wanted.set(update.customerId, update.revision);
      this.ask(update.customerId);
    }
    return asks;
  }

  /** Asks about a customer soon. */
  ask(customerId: string): void {
    this.#asked.add(customerId);
  }

  /** An answer about a revision was recorded. When it was an earlier one than is wanted, there is one more question. */
  settle(customerId: string, revision: number): void {
    if ((this.#wanted.get(customerId) ?? 0) > revision) return void this.#asked.add(customerId);
    this.#wanted.delete(customerId);
    this.#settled.add(customerId);
  }

  /** There was no answer. */
  postpone(customerId: string, attempts: number, dueAt: number): void {
    this.#postponed.push({ customerId, attempts, dueAt });
  }

  /** Writes down what has changed, and now and then that somebody listens. What can't be written is kept for the next time. */
  async save(): Promise<void> {
    const now = Date.now();
    const [asked, settled, postponed] = [this.#asked, this.#settled, this.#postponed];
    if (asked.size + settled.size + postponed.length === 0 && now - this.#savedAt < ALIVE_MS) return;
    [this.#asked, this.#settled, this.#postponed] = [new Set(), new Set(), []];
    try {
      await this.#confirmationTasks.save({
        progress: { position: this.position, aliveAt: now },
        asked: [...asked].map((customerId) => ({ customerId, urgent: true, dueAt: now })),
        settled: [...settled],
        postponed,
      });
      this.#savedAt = now;
    } catch (error) {
      this.#asked = asked.union(this.#asked);
      this.#settled = settled.union(this.#settled);
      this.#postponed = [...postponed, ...this.#postponed];
      throw error;
    }
  }
}
