/** The clock of a test: time stands still unless the test moves it. */
import { resetTime, setTime } from '../schedule/clock.ts';

/**
 * A clock. It is the process's: gateways of one process share it. Timers (timeouts, polls) go by the real time; what has a date goes
 * by this clock: when an update was received, how long ago it was, whether a token has expired, when a lookup is due.
 */
export interface TestClock extends Disposable {
  /** The time, in milliseconds since 1970. */
  readonly now: number;
  /** Moves it forward, in milliseconds. */
  advance(ms: number): void;
  /** Sets it. */
  set(time: Date | number): void;
}

/** A clock that stands at `start`. Disposing of it lets the real time go on. */
export function testClock(start: Date | number): TestClock {
  let now = Number(start);
  const change = (to: number): void => {
    if (!Number.isFinite(to))
      throw new RangeError('The time of a test clock has to be a date or milliseconds since 1970.');
    now = to;
    setTime(now);
  };
  change(now);
  return {
    get now() {
      return now;
    },
    advance: (ms) => change(now + ms),
    set: (time) => change(Number(time)),
    [Symbol.dispose]: resetTime,
  };
}
