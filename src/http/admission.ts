/** How many operations of one subject execute at once, over every transport. The others wait their turn in a bounded queue. */
import { type Limits, limitsOf } from '../access/limits.ts';
import { budgetKey, type Viewer } from '../access/viewer.ts';
import { KycError } from '../errors.ts';
import { nextTurn } from './turn.ts';

/** One subject's operations. It exists while there are any. */
interface Budget {
  executing: number;
  readonly waiting: (() => void)[];
}

/** Admits operations. Memory is bounded by the operations that are admitted or waiting. */
export class Admission {
  readonly #limits: Limits;
  readonly #budgets = new Map<string, Budget>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Takes a place for one operation. Undefined: it may execute at once. Otherwise a promise for its turn. A caller that entered
   * calls `leave` once. Throws `TOO_MANY_REQUESTS` when the subject's queue is full.
   */
  enter(viewer: Viewer | null): Promise<void> | undefined {
    const { concurrentOperations, queuedOperations } = limitsOf(this.#limits, viewer);
    const key = budgetKey(viewer);
    const budget = this.#budgets.get(key);
    if (budget === undefined) this.#budgets.set(key, { executing: 1, waiting: [] });
    else if (budget.executing < concurrentOperations) budget.executing++;
    else if (budget.waiting.length < queuedOperations) return this.#queue(budget);
    else {
      throw new KycError(
        'TOO_MANY_REQUESTS',
        `Too many operations of this token are waiting (at most ${queuedOperations}). Wait for their answers, then try again.`,
        { retryAfter: 1 },
      );
    }
    return nextTurn();
  }

  /** Releases the place, to the subject's next waiting operation if there is one. */
  leave(viewer: Viewer | null): void {
    const key = budgetKey(viewer);
    const budget = this.#budgets.get(key);
    if (budget === undefined) throw new Error('An operation left without entering.');
    const next = budget.waiting.shift();
    if (next !== undefined) next();
    else if (--budget.executing === 0) this.#budgets.delete(key);
  }

  async #queue({ waiting }: Budget): Promise<void> {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
    await nextTurn();
  }
}
