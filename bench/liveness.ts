/**
 * How long does liveness take while the disk is slow? Callbacks arrive all the time, each commit's sync takes `--sync-ms` more, and
 * liveness is asked every quarter of a second, as often as several probes would.
 *
 *   npm run build && node bench/liveness.ts [--sync-ms 3000] [--seconds 60]
 *
 * Exits with 1 when an answer came more than a second after the end of the sync that it waited for.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OURS } from './harness/contenders.ts';
import { CALLBACK_PATH, callbackBody, customerId } from './harness/fixtures.ts';
import { quantile } from './harness/measure.ts';
import { startServer } from './harness/server.ts';

const SLOW_COMMIT = join(import.meta.dirname, 'harness', 'slow-commit.js');
const SENDERS = 8;
const PROBE_EVERY_MS = 250;
const ALLOWED_MS = 1_000;

const { values } = parseArgs({
  options: { 'sync-ms': { type: 'string', default: '3000' }, seconds: { type: 'string', default: '60' } },
});
const [syncMs, seconds] = [Number(values['sync-ms']), Number(values.seconds)];
if (!(syncMs >= 0 && seconds > 0)) throw new Error('--sync-ms and --seconds must be numbers.');

await using server = await startServer({
  ...OURS,
  flags: ['--import', SLOW_COMMIT],
  env: { LOG_LEVEL: 'error', SLOW_COMMIT_MS: String(syncMs) },
  core: null,
});
const address = `http://127.0.0.1:${server.port}`;
const endsAt = performance.now() + seconds * 1_000;
const waits: number[] = [];
let [callbacks, commits] = [0, 0];

const senders = Array.from({ length: SENDERS }, async (_, lane) => {
  for (let step = 0; performance.now() < endsAt; step++) {
    const headers = { 'content-type': 'application/json' };
    const body = callbackBody(customerId(lane), step);
    const response = await fetch(`${address}${CALLBACK_PATH}`, { method: 'POST', headers, body });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`A callback was answered ${response.status}.`);
    callbacks++;
    if (lane === 0) commits++;
  }
});
const probes: Promise<void>[] = [];
while (performance.now() < endsAt) {
  probes.push(ask());
  await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
}
await Promise.all([...probes, ...senders]);

const longest = Math.max(...waits);
process.stdout.write(
  `| syncs take | callbacks | commits | liveness asked | p50 ms | p99 ms | longest ms | beyond the sync ms |\n|---|---|---|---|---|---|---|---|\n` +
    `| ${syncMs} ms more | ${callbacks} | ${commits} | ${waits.length} | ${quantile(waits, 0.5).toFixed(0)} | ` +
    `${quantile(waits, 0.99).toFixed(0)} | ${longest.toFixed(0)} | ${(longest - syncMs).toFixed(0)} |\n`,
);
process.exitCode = longest - syncMs > ALLOWED_MS ? 1 : 0;

/** As a probe does: on a connection of its own. */
async function ask(): Promise<void> {
  const askedAt = performance.now();
  const response = await fetch(`${address}/health/live`, { headers: { connection: 'close' } });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`Liveness was answered ${response.status}.`);
  waits.push(performance.now() - askedAt);
}
