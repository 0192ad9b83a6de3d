import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, expect, test } from 'vitest';
import { type AnsweredCallback, callbackFields, callbackJson } from '../../src/telemetry/callback-line.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { prettyLine } from '../../src/telemetry/pretty-line.ts';
import { eventually } from '../support/eventually.ts';
import { commandLine, run, serve, serverEnv, start } from '../support/process.ts';
import { signedCallback, startTestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CALLBACK: AnsweredCallback = {
  customerId: 'alice',
  status: 'KYC_NEEDED',
  outcome: 'applied',
  revision: 2,
  tookMs: 1.2345,
  requestId: '7f3a6d1c-5b1d-4c53-8d1c-8f4d1b0a3f00',
  traceId: undefined,
};
/** IDs that could change what a terminal shows. */
const HOSTILE = [
  'a\u202eb',
  'a\u2066b\u2069',
  'tag\u{e0041}',
  'a b',
  'a"b',
  'a\\b',
  'é',
  'line\u2028',
  '\u007f',
  '\u009b2J',
  '',
];

afterEach(() => trace.disable());

test('the line written by hand is the one that pino would write', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => lines.push(line) });
  const { traceId: _, ...untraced } = CALLBACK;
  for (const callback of [
    CALLBACK,
    { ...CALLBACK, status: null, outcome: 'unchanged' as const },
    { ...untraced, status: undefined, outcome: 'kept' as const, revision: undefined, traceId: 'ab' },
    ...HOSTILE.map((customerId) => ({ ...CALLBACK, customerId, status: customerId })),
  ]) {
    log.info(callbackFields(callback), 'callback');
    const untimed = (line = '') => line.replace(/"time":\d+/, '');
    const sorted = (line: string) => Object.fromEntries(Object.entries(JSON.parse(line)).sort());
    expect(sorted(callbackJson(callback))).toEqual({ ...sorted(lines.at(-1) ?? ''), time: expect.any(Number) });
    expect(untimed(callbackJson(callback))).toMatch(/^[\n\x20-\x7e\u00a1-\u1fff]*$/);
    expect(untimed(lines.at(-1))).toMatch(/^[\n\x20-\x7e\u00a1-\u1fff]*$/);
  }
});

test('on a terminal a callback is one line, and no ID can change what the terminal shows', () => {
  const pretty = prettyLine(false);
  expect(pretty(callbackJson(CALLBACK))).toMatch(
    /^\d\d:\d\d:\d\d callback alice KYC_NEEDED applied #2 1\.2 ms req 7f3a6d1c…\n$/,
  );
  expect(pretty(callbackJson({ ...CALLBACK, customerId: 'a b\u202e', status: null, outcome: 'unchanged' }))).toMatch(
    /callback "a b\\u202e" null unchanged #2/,
  );
  for (const customerId of HOSTILE) {
    expect(pretty(callbackJson({ ...CALLBACK, customerId }))).toMatch(/^[\x20-\x7e\u00a1-\u1fff…]*\n$/);
  }
  const refusal = { level: 40, time: Date.now(), customerId: 'bob', address: '203.0.113.7', outcome: 'refused', ms: 0 };
  const msg = 'Refused a callback: its hash is missing or wrong';
  expect(pretty(JSON.stringify({ ...refusal, code: 'NOT_GENUINE', requestId: 'r1', msg }))).toMatch(
    /^\S+ callback bob refused NOT_GENUINE 0\.0 ms from 203\.0\.113\.7 Refused a callback: .* req r1\n$/,
  );
});

test('other lines show their level, their fields and their error; colours are only for a terminal that has them', () => {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => lines.push(prettyLine(false)(line)) });
  log.info({ url: 'http://127.0.0.1:4000', position: 3 }, 'ready');
  log.error({ err: new Error('no\u001b[2J space') }, 'failed');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d ready url=http:\/\/127\.0\.0\.1:4000 position=3\n$/);
  expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d error failed\n {4}Error: no\[2J space\n {4} {4}at /);
  expect(lines.join('')).not.toContain('\u001b');
  expect(prettyLine(true)(callbackJson(CALLBACK))).toContain('\u001b[32mapplied');
  expect(prettyLine(false)('no JSON\n')).toBe('no JSON\n');
});

test('every callback has its line, in order, when the server has ended', async () => {
  using folder = temporaryFolder();
  await using server = await serve(folder.path, serverEnv(folder.path));
  const sent = await run(['send', '--customers', '300'], folder.path, {
    ...serverEnv(folder.path),
    PORT: new URL(server.url).port,
  });
  expect(sent.code).toBe(0);
  const { stdout } = await server.kill('SIGTERM');
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const messages = lines.map((line) => JSON.parse(line).msg);
  expect(messages.filter((msg) => msg === 'callback')).toHaveLength(300);
  expect(messages.indexOf('stopping')).toBeGreaterThan(messages.lastIndexOf('callback'));
  expect(messages.at(-1)).toBe('stopped');
});

test('serve: each callback is a line with its outcome, its customer quoted, its time and its request', async () => {
  using folder = temporaryFolder();
  await using server = await serve(folder.path, serverEnv(folder.path));
  const post = (customerId: string, said: object, requestId: string, secret?: string) =>
    fetch(`${server.url}/callbacks/kyc`, {
      method: 'POST',
      headers: { 'x-request-id': requestId },
      body: signedCallback(customerId, said, secret),
    });
  await post('ali\u202ece', { status: 'KYC_NEEDED' }, 'r1');
  await post('ali\u202ece', { status: 'KYC_NEEDED' }, 'r2');
  await post('bob', { status: 7 }, 'r3');
  await post('bob', { status: 'FULL_USER' }, 'r4', 'wrong');
  await server.line((line) => line.includes('"r4"'));
  const lines = server.said.stdout.split('\n').filter((line) => line.startsWith('{'));
  const callbacks = lines.map((line) => JSON.parse(line)).filter(({ outcome }) => outcome !== undefined);
  expect(callbacks).toMatchObject([
    { requestId: 'r1', customerId: 'ali\u202ece', status: 'KYC_NEEDED', outcome: 'applied', revision: 1 },
    { requestId: 'r2', customerId: 'ali\u202ece', status: 'KYC_NEEDED', outcome: 'unchanged', revision: 1 },
    { requestId: 'r3', customerId: 'bob', outcome: 'kept' },
    { requestId: 'r4', customerId: 'bob', outcome: 'refused', code: 'NOT_GENUINE', address: '127.0.0.1' },
  ]);
  for (const { ms } of callbacks) expect(ms).toEqual(expect.any(Number));
  expect(server.said.stdout).not.toContain('\u202e');
});

test('hashed: no line names a customer, and the name is the same after a restart', async () => {
  await using server = await startTestServer({ logCustomerIds: 'hashed' });
  await server.callback('alice@example.org', { status: 'KYC_NEEDED' });
  await server.callback('alice@example.org', { status: 7 });
  await fetch(`${server.url}/callbacks/kyc`, {
    method: 'POST',
    body: signedCallback('alice@example.org', {}, 'wrong'),
  });
  await server.restart();
  await server.callback('alice@example.org', { status: 'FULL_USER' });
  await server.callback('bob', { status: 'FULL_USER' });
  const named = await eventually(() => {
    const lines = server.logged.map((line) => JSON.parse(line)).filter(({ customerId }) => customerId !== undefined);
    return lines.length >= 6 ? lines : null;
  });
  expect(server.logged.join()).not.toMatch(/alice|bob/);
  const names = new Set(named.map(({ customerId }) => customerId));
  expect(names.size).toBe(2);
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{16}$/);
});

test('with an OpenTelemetry SDK the line of a callback has the ID of its trace', async () => {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  await using server = await startTestServer();
  await server.callback('c', { status: 'CREATED' });
  const [span] = exporter.getFinishedSpans();
  const line = server.logged.map((one) => JSON.parse(one)).find(({ msg }) => msg === 'callback');
  expect(line).toMatchObject({ trace_id: span?.spanContext().traceId, outcome: 'applied' });
});

test.runIf(existsSync('/dev/full'))(
  'serve: with its log on a full disk, callbacks are recorded, and SIGTERM stops it',
  async () => {
    using folder = temporaryFolder();
    const env = serverEnv(folder.path, { PORT: String(await freePort()) });
    await using server = start(['sh', '-c', 'exec "$0" "$@" > /dev/full', ...commandLine(['serve'])], folder.path, env);
    const url = `http://127.0.0.1:${env['PORT']}/callbacks/kyc`;
    const post = async (status: string) =>
      (await fetch(url, { method: 'POST', body: signedCallback('c', { status }) }).catch(() => null))?.status;
    await eventually(async () => (await post('CREATED')) === 200);
    for (let count = 0; count < 50; count++) expect(await post(`STATUS ${count}`)).toBe(200);
    const stoppedAt = performance.now();
    expect(await server.kill('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  },
);

test.runIf(existsSync('/dev/full'))('a command whose output goes to a full disk says so, and fails', async () => {
  using folder = temporaryFolder();
  for (const words of [['schema'], ['completion', 'bash'], ['token', '--customer', 'c']]) {
    const program = ['sh', '-c', 'exec "$0" "$@" > /dev/full', ...commandLine(words)] as const;
    const { code, stderr } = await start(program, folder.path, serverEnv(folder.path)).ended;
    expect([words, code, stderr]).toEqual([
      words,
      1,
      expect.stringMatching(/^Cannot write the output: the disk is full \(ENOSPC\)\.[^\n]*\n$/),
    ]);
  }
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
