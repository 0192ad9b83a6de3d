/** How many connections each subject holds, over every transport. */
import { DEFAULT_LIMITS, type Limits, limitsOf } from '../access/limits.ts';
import { budgetKey, type Viewer } from '../access/viewer.ts';
import { KycError } from '../errors.ts';

/** Counts connections by subject. */
export class Connections {
  readonly #counts = new Map<string, number>();
  readonly #limits: Limits;

  /** @param limits default `DEFAULT_LIMITS`. */
  constructor(limits: Limits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /** Takes a place for the viewer; false when their subject holds as many as it may. */
  take(viewer: Viewer): boolean {
    const key = budgetKey(viewer);
    const count = this.#counts.get(key) ?? 0;
    if (count >= limitsOf(this.#limits, viewer).connections) return false;
    this.#counts.set(key, count + 1);
    return true;
  }

  /** Gives a place back that was taken. */
  release(viewer: Viewer): void {
    const key = budgetKey(viewer);
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }
}

/** The refusal of one more. */
export function tooManyConnections(): KycError {
  return new KycError('TOO_MANY_CONNECTIONS', 'This token holds too many connections. Close one, or try again later.');
}
