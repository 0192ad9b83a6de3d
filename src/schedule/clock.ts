/**
 * The time, for everything that has a date or compares with one. `xgateway-kyc/testing` moves it; nothing else may. Durations that only this
 * process sees are measured with `performance.now()`, except for limits that an application's tests may reach.
 */

/** Null: the real time. */
let fixed: number | null = null;

/** The time, in milliseconds since 1970. */
export function currentTime(): number {
  return fixed ?? Date.now();
}

/** Milliseconds on a clock that is never set back while the time is real. */
export function elapsedTime(): number {
  return fixed ?? performance.now();
}

/** Freezes the time at `time`, in milliseconds since 1970. */
export function setTime(time: number): void {
  fixed = time;
}

/** Returns to the real time. */
export function resetTime(): void {
  fixed = null;
}
