/**
 * The time, for everything that has a date or compares with one. `xgateway-kyc/testing` moves it; nothing else may. Durations that only this
 * process sees are measured with `performance.now()`, but for limits that a test of the application runs into.
 */

/** Null: the real time. */
let fixed: number | null = null;

/** The time, in milliseconds since 1970. */
export function currentTime(): number {
  return fixed ?? Date.now();
}

/** Milliseconds on a clock that is not set back while the time is real. */
export function elapsedTime(): number {
  return fixed ?? performance.now();
}

/** Lets the time stand at `time`, in milliseconds since 1970. */
export function setTime(time: number): void {
  fixed = time;
}

/** Lets the real time go on. */
export function resetTime(): void {
  fixed = null;
}
