/** How many connections each subject holds, over every transport. */
import { DEFAULT_LIMITS, type Limits, limitsOf } from '../access/limits.ts';
import type { Viewer } from '../access/viewer.ts';

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
    const count = this.#counts.get(viewer.subject) ?? 0;
    if (count >= limitsOf(this.#limits, viewer).connections) return false;
    this.#counts.set(viewer.subject, count + 1);
    return true;
  }

  /** Gives a place back that was taken. */
  release({ subject }: Viewer): void {
    const count = this.#counts.get(subject) ?? 0;
    if (count > 1) this.#counts.set(subject, count - 1);
    else this.#counts.delete(subject);
  }
}
