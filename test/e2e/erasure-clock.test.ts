/** A long erasure is killed between two slices while the wall clock is stepped: the next start finishes it, and the chain holds. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { run, type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { ask, signedCallback, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SHIM = join(import.meta.dirname, '..', 'support', 'clock-shim.js');
const REVISIONS = 1_500;

async function stepClock(server: ServerProcess): Promise<void> {
  process.kill(server.pid, 'SIGUSR2');
  await server.line((line) => line === 'the clock was stepped');
}

/** How many entries are erased so far, read beside the server. */
function erasedIn(folder: string): number {
  using database = new DatabaseSync(join(folder, 'kyc.db'), { readOnly: true });
  return Number(
    database.prepare('select count(*) as count from entries where content like \'{"erased":%\'').get()?.['count'],
  );
}

test.each([
  ['forward', 40 * 86_400_000],
  ['back', -40 * 86_400_000],
])(
  'kill -9 in an erasure, after a step of 40 days %s',
  async (_direction, stepMs) => {
    using folder = temporaryFolder();
    const env = serverEnv(folder.path, {
      NODE_OPTIONS: `--import ${SHIM}`,
      CLOCK_STEP_MS: String(stepMs),
      CALLBACKS_PER_CUSTOMER_PER_MINUTE: '0',
    });
    await using server = await serve(folder.path, env);
    const send = (customerId: string, status: string, to = server) =>
      fetch(`${to.url}/callbacks/kyc`, { method: 'POST', body: signedCallback(customerId, { status }) });
    for (let at = 0; at < REVISIONS; at += 100)
      await Promise.all(Array.from({ length: 100 }, (_, index) => send('long', `STATUS ${at + index}`)));
    await send('other', 'FULL_USER');
    await stepClock(server);
    await send('other', 'SOFT_KYC_FAILED');
    const bearer = await token({ sub: 'compliance', scope: 'kyc:admin' }, '90d');
    const erasing = ask(server.url, 'mutation { eraseKyc(customerId: "long") { erasedUpdates } }', bearer).catch(
      () => null,
    );
    // Until the first slices are committed.
    await expect.poll(() => erasedIn(folder.path), { interval: 1, timeout: 10_000 }).toBeGreaterThan(0);
    await server.kill('SIGKILL');
    await erasing;

    const left = REVISIONS - erasedIn(folder.path);
    await using again = await serve(folder.path, env);
    if (left > 0) expect(again.said.stdout).toContain('Finished an erasure that an earlier run had begun');
    expect(erasedIn(folder.path)).toBe(REVISIONS);
    await stepClock(again);
    expect((await ask(again.url, '{ kyc(customerId: "long") { revision } }', bearer)).data.kyc).toBeNull();
    expect((await ask(again.url, '{ kyc(customerId: "other") { revision } }', bearer)).data.kyc.revision).toBe(2);
    expect((await send('long', 'CREATED', again)).status).toBe(200);
    expect((await ask(again.url, '{ kyc(customerId: "long") { revision } }', bearer)).data.kyc.revision).toBe(1);
    expect(await run(['verify'], folder.path, serverEnv(folder.path))).toMatchObject({ code: 0 });
  },
  60_000,
);
