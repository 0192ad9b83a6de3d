/** The commands around trust, as real processes beside a real server. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { csvCell } from '../../src/text/csv.ts';
import { run, type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { API_KEY, startXgateway, type XgatewayStandIn } from '../support/xgateway.ts';

let folder: ReturnType<typeof temporaryFolder>;
let xgateway: XgatewayStandIn;
let server: ServerProcess;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  folder = temporaryFolder();
  xgateway = await startXgateway();
  server = await serve(
    folder.path,
    serverEnv(folder.path, { XGATEWAY_API_KEY: API_KEY, XGATEWAY_API_URL: xgateway.url }),
  );
  env = serverEnv(folder.path);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await xgateway[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const callback = (customerId: string, said: object, secret?: string) =>
  fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body: signedCallback(customerId, said, secret) });
const command = async (...words: string[]) => {
  const { code, stdout, stderr } = await run(words, folder.path, env);
  return { code, stdout, stderr };
};
const remote = (...words: string[]) => command(...words, '--url', `${server.url}/graphql`);

test('export writes what was received, and verify holds it to a head that was kept', async () => {
  await callback('=cmd()', {
    status: 'SOFT_KYC_FAILED',
    docsMissing: ['SELFIE', 'PASSPORT'],
    kycEndUserErrorMessage: 'a "b",\nc',
  });
  await callback('bob', { status: null, level: 7 });
  const lines = (await command('export')).stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { position: 1, customerId: '=cmd()', revision: 1, missingDocuments: ['SELFIE', 'PASSPORT'], extra: null },
    { position: 2, customerId: 'bob', status: null, extra: { level: 7 }, previousStatus: null },
  ]);
  expect(lines[0]).toMatchObject({ inDoubt: false, confirmedBy: null, possiblyLate: false });
  for (const line of lines) expect(line).not.toHaveProperty('doubtful');
  const csv = (await command('export', '--format', 'csv', '--customer', '=cmd()')).stdout;
  expect(csv.split('\r\n')).toHaveLength(3);
  expect(csv).toContain(`1,'=cmd(),1,SOFT_KYC_FAILED,,"[""SELFIE"",""PASSPORT""]",[],"a ""b"",\nc",`);

  const verified = await command('verify');
  const head = /^Head (2:[0-9a-f]{64})$/m.exec(verified.stdout)?.[1] ?? '';
  expect([verified.code, head]).toEqual([0, `2:${lines[1].digest}`]);
  expect((await command('verify', '--head', head.slice(0, 14))).code).toBe(0);
  expect(await command('verify', '--head', '2:000000000000')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('Entry 2'),
  });
  expect((await command('verify', '--head', '2')).code).toBe(2);
});

test('replay, refresh and erase work through the server', async () => {
  await callback('alice', { status: 'FULL_USER' }, 'another secret');
  await callback('alice', { status: 7 });
  const replayed = await remote('replay');
  expect(replayed).toMatchObject({ code: 1, stdout: '2 dead letters: 2 still refused.\n' });

  await callback('alice', { status: 'KYC_PENDING' });
  xgateway.customers.set('alice', { status: 'HARD_KYC_FAILED' });
  expect(await remote('refresh', 'alice', 'nobody')).toMatchObject({
    code: 0,
    stdout: 'alice #2: HARD_KYC_FAILED\n2 customers, 1 changed, 1 unknown to XGateway\n',
  });
  expect((await remote('refresh', '--stale', '24h')).stdout).toBe('0 customers\n');
  expect((await remote('refresh', '--stale', 'long')).code).toBe(2);

  expect((await remote('erase', 'alice')).code).toBe(2);
  expect((await remote('erase', 'alice', '--reason', 'Request 4711', '--yes')).stdout).toMatch(
    /^Erased 2 updates and 2 dead letters. Recorded at position 3/,
  );
  expect((await remote('replay')).stdout).toBe('0 dead letters.\n');
  expect((await command('verify')).stdout).toMatch(/^3 entries verified, 2 of them erased and recorded\./);
});

test('a cell of CSV is quoted where it must be, and is no formula', () => {
  expect([null, '', 'a', 'a,b', '"', '=1', '-2', -2, true, ['x']].map(csvCell)).toEqual([
    '',
    '',
    'a',
    '"a,b"',
    '""""',
    "'=1",
    "'-2",
    '-2',
    'true',
    '"[""x""]"',
  ]);
});
