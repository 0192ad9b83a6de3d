/** Whether a callback could be recorded now, found out without letting those who ask cause work. */

const FRESH_MS = 1_000;

/**
 * Answers from what is already known where it can: a commit within the last second proves that the journal takes writes, and the
 * result of a probe holds for a second. One probe runs at a time, and at most one starts in a second.
 */
export class Readiness {
  readonly #probe: () => unknown;
  #committedAt = Number.NEGATIVE_INFINITY;
  #probedAt = Number.NEGATIVE_INFINITY;
  #probing: Promise<void> | null = null;

  /** @param probe writes to the journal; throws or rejects when that fails. */
  constructor(probe: () => unknown) {
    this.#probe = probe;
  }

  /** Notes a commit. */
  committed(): void {
    this.#committedAt = performance.now();
  }

  /** Resolves when the journal takes writes; rejects with what the last probe failed with. */
  check(): Promise<void> {
    const now = performance.now();
    if (now - this.#committedAt < FRESH_MS) return Promise.resolve();
    if (this.#probing === null || now - this.#probedAt >= FRESH_MS) {
      // The second counts from the end: a probe that hangs is joined, not repeated.
      this.#probedAt = Number.POSITIVE_INFINITY;
      this.#probing = (async () => {
        try {
          await this.#probe();
        } finally {
          this.#probedAt = performance.now();
        }
      })();
    }
    return this.#probing;
  }
}
