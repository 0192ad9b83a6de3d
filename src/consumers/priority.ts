/**
 * Callbacks before consumers. While callbacks keep this process busy, consumers work in short slices with pauses in between, so that what
 * they do costs callbacks next to nothing. A consumer that has fallen behind is not held back any more: its lag because of this is bounded.
 */
import { performance } from 'node:perf_hooks';

/** A slice, and the pause after it, in milliseconds. */
const SLICE_MS = 2;
const PAUSE_MS = 40;
/** How far behind a consumer may fall before it is no longer held back, in milliseconds. */
export const MAX_HELD_BACK_MS = 5_000;
/** How often it is measured whether the process is busy, in milliseconds, and from which share of that time on it is. */
const MEASURED_MS = 100;
const BUSY_SHARE = 0.9;
/** Callbacks that were committed longer ago than this, in milliseconds, are no longer what keeps the process busy. */
const RECENT_MS = 50;

/** What the priority is decided by. */
export interface PriorityOptions {
  /** Undefined: continue at once; otherwise a promise for a later turn of the event loop. */
  readonly nextTurn: () => Promise<void> | undefined;
  /** When callbacks were last committed, as `performance.now()`. */
  readonly lastCommitAt: () => number;
  /** The share of the time since its last call in which the event loop was busy, 0 to 1. Default: Node's own. */
  readonly busyShare?: () => number;
}

/** Lets all consumers of a process give way together. */
export class Priority {
  readonly #nextTurn: PriorityOptions['nextTurn'];
  readonly #lastCommitAt: () => number;
  readonly #busyShare: () => number;
  #isBusy = false;
  #measuredAt = 0;
  #sliceEndsAt = 0;
  #pause: Promise<void> | null = null;

  constructor({ nextTurn, lastCommitAt, busyShare = eventLoopShare() }: PriorityOptions) {
    this.#nextTurn = nextTurn;
    this.#lastCommitAt = lastCommitAt;
    this.#busyShare = busyShare;
  }

  /**
   * Undefined: handle the next update at once; otherwise a promise for a later turn of the event loop.
   * @param ageMs how long ago that update was received.
   */
  turn(ageMs: number): Promise<void> | undefined {
    const now = performance.now();
    if (this.#pause === null && !this.#givesWay(now)) return this.#nextTurn();
    if (ageMs > MAX_HELD_BACK_MS) return this.#nextTurn();
    if (this.#pause === null && now < this.#sliceEndsAt) return this.#nextTurn();
    this.#pause ??= this.#newPause();
    return this.#pause;
  }

  #givesWay(now: number): boolean {
    if (now - this.#measuredAt >= MEASURED_MS) {
      this.#measuredAt = now;
      this.#isBusy = this.#busyShare() >= BUSY_SHARE;
    }
    return this.#isBusy && now - this.#lastCommitAt() < RECENT_MS;
  }

  async #newPause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    await this.#nextTurn();
    this.#pause = null;
    this.#sliceEndsAt = performance.now() + SLICE_MS;
  }
}

function eventLoopShare(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
