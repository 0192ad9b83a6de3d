/** How many connections each subject holds, over every transport: one viewer must not take them all. */
import type { Viewer } from '../access/viewer.ts';

/** The most connections of one subject. */
export const MAX_CONNECTIONS = 50;

/** Counts connections by subject. */
export class Connections {
  readonly #counts = new Map<string, number>();
  readonly #limit: number;

  /** @param limit connections of one subject, default `MAX_CONNECTIONS`. */
  constructor(limit = MAX_CONNECTIONS) {
    this.#limit = limit;
  }

  /** Takes a place for the viewer; false when they hold too many. */
  take({ subject }: Viewer): boolean {
    const count = this.#counts.get(subject) ?? 0;
    if (count >= this.#limit) return false;
    this.#counts.set(subject, count + 1);
    return true;
  }

  /** Gives a place back that was taken. */
  release({ subject }: Viewer): void {
    const count = this.#counts.get(subject) ?? 0;
    if (count > 1) this.#counts.set(subject, count - 1);
    else this.#counts.delete(subject);
  }
}
