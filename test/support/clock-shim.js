/**
 * Preload with `node --import`: each SIGUSR2 steps the wall clock by CLOCK_STEP_MS milliseconds, as an operator or NTP would.
 * Monotonic clocks and timers go on as they are.
 */
let step = 0;
process.on('SIGUSR2', () => {
  step += Number(process.env.CLOCK_STEP_MS);
  process.stdout.write('the clock was stepped\n');
});

const RealDate = Date;
globalThis.Date = class SteppedDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + step);
    else super(...parts);
  }

  static now() {
    return RealDate.now() + step;
  }
};
