/** Whether a callback could be recorded now, measured so that callers cannot cause work. */
import { setTimeout as sleep } from 'node:timers/promises';

const FRESH_MS = 1_000;

/**
 * A commit within the last second proves that the journal takes writes; so does a probe, unless a commit has failed since. Else a
 * probe decides: one runs at a time, at most one starts per second, and everyone who asks meanwhile waits for it. So "not
 * ready" is never an old answer.
 */
export class Readiness {
  readonly #probe: () => unknown;
  #provenAt = Number.NEGATIVE_INFINITY;
  #probedAt = Number.NEGATIVE_INFINITY;
  #probing: Promise<void> | null = null;

  /** @param probe writes to the journal; throws or rejects when that fails. */
  constructor(probe: () => unknown) {
    this.#probe = probe;
  }

  /** Notes that the journal took a write. */
  committed(): void {
    this.#provenAt = performance.now();
  }

  /** Notes that the journal failed to take a write: the last measurement no longer counts. */
  failed(): void {
    this.#provenAt = Number.NEGATIVE_INFINITY;
  }

  /** Resolves when the journal takes writes; rejects with what the probe failed with. */
  check(): Promise<void> {
    if (performance.now() - this.#provenAt < FRESH_MS) return Promise.resolve();
    this.#probing ??= this.#probeNext().finally(() => {
      this.#probing = null;
    });
    return this.#probing;
  }

  async #probeNext(): Promise<void> {
    const pause = this.#probedAt + FRESH_MS - performance.now();
    if (pause > 0) await sleep(pause);
    this.#probedAt = performance.now();
    await this.#probe();
    this.committed();
  }
}
