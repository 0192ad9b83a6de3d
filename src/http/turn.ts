/**
 * GraphQL's share of a turn of the event loop.
 *
 * An embedded journal answers synchronously, so operations could run back to back without the loop ever reading a socket.
 * GraphQL gets a few milliseconds of each turn; what is left over waits for the next one, in order. In between the loop reads
 * the callbacks that have arrived. Their commits run before GraphQL does, and so do the answers that wait for them.
 */

/** GraphQL's share, in milliseconds. One operation may exceed it, and then is the last of its turn. */
export const TURN_MS = 2;

const waiting: (() => void)[] = [];
/** What runs before GraphQL in this turn. */
let first: (() => void)[] = [];
/** When GraphQL's share of this turn began; null: nothing has run in this turn. */
let startedAt: number | null = null;
let isReleasing = false;
/** Whether what was released is running. It may ask again between its parts. */
let isInside = false;

/**
 * Undefined when there is time left in this turn: continue at once. Otherwise a promise for a place in a later turn. Long work
 * calls it between its parts.
 */
export function nextTurn(): Promise<void> | undefined {
  const isNext = isInside || (waiting.length === 0 && !isReleasing && first.length === 0);
  if (isNext && hasTimeLeft()) return undefined;
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (isReleasing) return;
    isReleasing = true;
    setImmediate(beginTurn);
  });
}

/** Runs `task` at the end of this turn, when all that the sockets deliver in it has been read, and before any GraphQL that waits. */
export function beforeGraphql(task: () => void): void {
  first.push(task);
  if (first.length === 1) setImmediate(runFirst);
}

let committedAt = Number.NEGATIVE_INFINITY;

/** When tasks of `beforeGraphql`, the commits of callbacks, last ran, as `performance.now()`. */
export function lastCommitAt(): number {
  return committedAt;
}

function runFirst(): void {
  committedAt = performance.now();
  const tasks = first;
  first = [];
  for (const task of tasks) task();
}

function hasTimeLeft(): boolean {
  if (startedAt !== null) return performance.now() - startedAt < TURN_MS;
  startedAt = performance.now();
  setImmediate(endTurn);
  return true;
}

let onTurn: ((tookMs: number) => void) | null = null;

/** Calls `observer` after each turn in which GraphQL ran, with how long that was. There is one observer for the process. */
export function observeTurns(observer: ((tookMs: number) => void) | null): void {
  onTurn = observer;
}

/** Work that ran at once counts towards this turn's share too. */
function endTurn(): void {
  if (!isReleasing) closeTurn();
}

function closeTurn(): void {
  if (startedAt !== null) onTurn?.(performance.now() - startedAt);
  startedAt = null;
}

function beginTurn(): void {
  if (first.length === 0) release();
  else {
    runFirst();
    queueMicrotask(afterMicrotasks);
  }
}

/** Resumes one waiter, and the next when the first has done everything it can do synchronously. */
function release(): void {
  isInside = false;
  startedAt ??= performance.now();
  const next = waiting[0];
  if (next === undefined) {
    isReleasing = false;
    closeTurn();
  } else if (performance.now() - startedAt >= TURN_MS) {
    closeTurn();
    setImmediate(beginTurn);
  } else {
    waiting.shift();
    isInside = true;
    next();
    // A tick that a microtask schedules runs when no microtask is left.
    queueMicrotask(afterMicrotasks);
  }
}

function afterMicrotasks(): void {
  process.nextTick(release);
}
