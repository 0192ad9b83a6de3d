/** Preloaded into a server: each commit blocks the thread for `SLOW_COMMIT_MS` more, as it does when the disk takes that long to sync. */
import { StatementSync } from 'node:sqlite';

const wait = new Int32Array(new SharedArrayBuffer(4));
const milliseconds = Number(process.env['SLOW_COMMIT_MS']);
const run = StatementSync.prototype.run;
StatementSync.prototype.run = function (...parameters) {
  const result = run.apply(this, parameters);
  if (this.sourceSQL === 'commit') Atomics.wait(wait, 0, 0, milliseconds);
  return result;
};
