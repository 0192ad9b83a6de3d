/** Keeps the order within each customer: one lane per customer, whose entries are handled one after the other. */
import type { Entry } from './entry.ts';
import { LaneQueue } from './lane-queue.ts';

/** The entries of one customer, the next one first. */
export class Lane {
  readonly key: string;
  readonly entries: Entry[] = [];
  /** When the first entry is tried again, as `performance.now()`; null: it is not waiting. */
  dueAt: number | null = null;
  isRunning = false;
  /** It waits for its turn. */
  isQueued = false;

  constructor(key: string) {
    this.key = key;
  }

  get first(): Entry | undefined {
    return this.entries[0];
  }
}

/** The lanes that have entries. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  /** Lanes that are ready for a turn. */
  readonly #ready = new LaneQueue();
  readonly #waiting = new Set<Lane>();
  #nextDueAt = Number.POSITIVE_INFINITY;

  /** How many lanes are ready for a turn. */
  get ready(): number {
    return this.#ready.size;
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  /** Inserts an entry by position; one that is being handled stays first. */
  add(key: string, entry: Entry): Lane {
    const lane = this.#lanes.get(key) ?? new Lane(key);
    if (lane.entries.length === 0) this.#lanes.set(key, lane);
    const { entries } = lane;
    let index = entries.length;
    const least = lane.isRunning ? 1 : 0;
    while (index > least && (entries[index - 1] as Entry).position > entry.position) index--;
    if (index === entries.length) entries.push(entry);
    else entries.splice(index, 0, entry);
    if (!lane.isQueued && !lane.isRunning && lane.dueAt === null) this.#ready.push(lane);
    return lane;
  }

  /** Whether the first entry of this lane, or one behind it, is at this position. */
  has(key: string, position: number): boolean {
    return this.#lanes.get(key)?.entries.some((entry) => entry.position === position) ?? false;
  }

  /** The lane that `next` takes. */
  peek(): Lane | undefined {
    return this.#ready.peek();
  }

  /** Takes the lane whose first entry is the earliest: it is running from now on. */
  next(): Lane | undefined {
    const lane = this.#ready.pop();
    if (lane !== undefined) lane.isRunning = true;
    return lane;
  }

  /** Removes the first entry of a running lane: it is finished. */
  finished(lane: Lane): void {
    lane.entries.shift();
    lane.isRunning = false;
    if (lane.entries.length === 0) this.#lanes.delete(lane.key);
    else this.#ready.push(lane);
  }

  /** Schedules a retry of a running lane's first entry at this time (`performance.now()`). */
  postpone(lane: Lane, dueAt: number): void {
    lane.isRunning = false;
    lane.dueAt = dueAt;
    this.#waiting.add(lane);
    this.#nextDueAt = Math.min(this.#nextDueAt, dueAt);
  }

  /** Makes the lanes whose pause is over ready again. */
  wake(now: number): void {
    if (now < this.#nextDueAt) return;
    this.#nextDueAt = Number.POSITIVE_INFINITY;
    for (const lane of this.#waiting) {
      if (lane.dueAt !== null && lane.dueAt > now) this.#nextDueAt = Math.min(this.#nextDueAt, lane.dueAt);
      else {
        this.#waiting.delete(lane);
        lane.dueAt = null;
        this.#ready.push(lane);
      }
    }
  }
}
