/** `xgateway-kyc consumers` against a server whose journal has a consumer. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../src/journal/open.ts';
import { run, type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess;
beforeEach(async () => {
  folder = temporaryFolder();
  server = await serve(folder.path);
  for (const customerId of ['a', 'b']) {
    await fetch(`${server.url}/callbacks/kyc`, {
      method: 'POST',
      body: signedCallback(customerId, { status: 'CREATED' }),
    });
  }
  await server.kill('SIGTERM');
  const journal = await openJournal(`sqlite:${folder.path}/kyc.db`);
  await journal.consumers.create('risk-engine', { position: 0, digest: journal.seed });
  const lease = await journal.consumers.acquire({ name: 'risk-engine', fence: 0, beats: 0 }, 'x');
  if (lease === null) throw new Error('The lease is not free.');
  await journal.consumers.save(lease, {
    retries: [{ position: 2, customerId: 'b', attempts: 1, isReplayed: false }],
    deadLetters: [{ position: 1, customerId: 'a', attempts: 10, error: 'no route to host', failedAt: 0 }],
  });
  await journal.consumers.release(lease, 'out of luck');
  await journal.close();
  server = await serve(folder.path);
});
afterEach(async () => {
  await server.kill('SIGKILL');
  folder[Symbol.dispose]();
});

/** What the command says, or its error. */
async function consumers(words = ''): Promise<string> {
  const { port: PORT } = new URL(server.url);
  const given = words === '' ? [] : words.split(' ');
  const { code, stdout, stderr } = await run(['consumers', ...given], folder.path, {
    ...serverEnv(folder.path),
    PORT,
  });
  expect(code === 0).toBe(stderr === '');
  return `${stdout}${stderr}`;
}

test('shows a consumer, and pauses, resumes and resets it', async () => {
  expect(await consumers()).toMatch(
    /^ {2}risk-engine {2}stopped, 2 entries behind \(\d+ s\), 1 retry, 1 dead letter: out of luck\n$/,
  );
  expect(await consumers('dead-letters risk-engine')).toMatch(
    /^1 {2}1970.*a revision 1 \(CREATED\), 10 attempts: no route to host\n$/,
  );
  expect(await consumers('resume risk-engine')).toMatch(/^risk-engine: running/);
  expect(await consumers('pause risk-engine')).toMatch(/^risk-engine: paused/);
  expect(await consumers('skip risk-engine')).toBe('An update of customer b is dead letter 2 now.\n');
  expect(await consumers('skip risk-engine')).toBe('Nothing to skip: no update has failed.\n');
  expect(await consumers('discard 2')).toBe('1 dead letter discarded.\n');
  expect(await consumers('replay risk-engine')).toBe('1 dead letter handed to the consumer again.\n');
  expect(await consumers('reset risk-engine now')).toBe('risk-engine: paused, up to date, 0 retries, 0 dead letters\n');
  expect(await consumers('remove risk-engine')).toBe('Removed risk-engine.\n');
  expect(await consumers()).toBe('There are no consumers.\n');
  expect(await consumers('pause risk-engine')).toBe('There is no consumer "risk-engine".\n');
  expect(await consumers('nonsense')).toMatch(/Unknown action "nonsense"/);
  expect(await consumers('reset risk-engine')).toMatch(/^Usage: xgateway-kyc consumers reset <name>/);
});
