/**
 * GraphQL's share of a turn of the event loop.
 *
 * An embedded journal answers at once, so one operation after the other would run without the loop ever reading a socket.
 * GraphQL gets a few milliseconds of each turn; what is left over waits for the next one, in order. In between the loop reads
 * the callbacks that have arrived, and the commit queue writes them.
 */

/** GraphQL's share, in milliseconds. */
export const TURN_MS = 5;

const waiting: (() => void)[] = [];
/** When GraphQL's share of this turn began; null: nothing has run in this turn. */
let startedAt: number | null = null;
let isReleasing = false;

/**
 * Undefined when there is time left in this turn: go on at once. Otherwise a promise for a place in a later turn. Long work
 * calls it between its parts.
 */
export function nextTurn(): Promise<void> | undefined {
  if (waiting.length === 0 && !isReleasing && hasTimeLeft()) return undefined;
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (isReleasing) return;
    isReleasing = true;
    setImmediate(beginTurn);
  });
}

function hasTimeLeft(): boolean {
  if (startedAt !== null) return performance.now() - startedAt < TURN_MS;
  startedAt = performance.now();
  setImmediate(endTurn);
  return true;
}

function endTurn(): void {
  startedAt = null;
}

function beginTurn(): void {
  startedAt = performance.now();
  release();
}

/** Lets one go on, and the next when everything that the first can do at once is done. */
function release(): void {
  const next = waiting[0];
  if (next === undefined) {
    isReleasing = false;
    setImmediate(endTurn);
  } else if (performance.now() - (startedAt ?? 0) >= TURN_MS) setImmediate(beginTurn);
  else {
    waiting.shift();
    next();
    // A tick that a microtask asks for comes when no microtask is left.
    queueMicrotask(afterMicrotasks);
  }
}

function afterMicrotasks(): void {
  process.nextTick(release);
}
