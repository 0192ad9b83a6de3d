/** Lanes that wait for their turn: the one whose first entry is the earliest comes first. A binary heap. */
import type { Lane } from './lanes.ts';

/** The lanes, each once. */
export class LaneQueue {
  readonly #heap: Lane[] = [];

  get size(): number {
    return this.#heap.length;
  }

  push(lane: Lane): void {
    const heap = this.#heap;
    lane.isQueued = true;
    let index = heap.push(lane) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(lane, heap[parent] as Lane)) break;
      heap[index] = heap[parent] as Lane;
      index = parent;
    }
    heap[index] = lane;
  }

  /** The lane that `pop` takes. */
  peek(): Lane | undefined {
    return this.#heap[0];
  }

  pop(): Lane | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    first.isQueued = false;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  /** Puts a lane at the root and sifts it down to its place. */
  #sink(lane: Lane): void {
    const heap = this.#heap;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      const right = child + 1;
      if (right < heap.length && isBefore(heap[right] as Lane, heap[child] as Lane)) child = right;
      if (!isBefore(heap[child] as Lane, lane)) break;
      heap[index] = heap[child] as Lane;
      index = child;
    }
    heap[index] = lane;
  }
}

function isBefore(one: Lane, other: Lane): boolean {
  return (one.first?.position ?? 0) < (other.first?.position ?? 0);
}
