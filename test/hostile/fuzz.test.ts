/**
 * Random requests over HTTP, WebSocket and server-sent events against one real server process. It must answer each without a
 * fault, and be the same process, without a connection and with its old heap, afterwards. `npm run test:long` sends 30,000.
 */
import { Agent, request } from 'node:http';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { commandLine, type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { adminToken, readerToken, signedCallback, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CASES = process.env['XGATEWAY_LONG'] === '1' ? 30_000 : 1_500;
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const CONCURRENCY = 16;
const HEAP_SLACK_BYTES = 10 * 1024 * 1024;

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess;
let tokens: (string | undefined)[];
const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });

beforeAll(async () => {
  folder = temporaryFolder();
  const [node, main, ...words] = commandLine(['serve']);
  const collecting = ['--expose-gc', '--import', new URL('../support/collect-on-signal.js', import.meta.url).pathname];
  // Quiet, and without the limits that would turn most cases away before they reach what is to be tried.
  const env = { LOG_LEVEL: 'info', NODE_ENV: 'production', HOST: '127.0.0.1', CALLBACKS_PER_CUSTOMER_PER_MINUTE: '0' };
  server = await serve(folder.path, serverEnv(folder.path, env), [node, ...collecting, String(main), ...words]);
  tokens = [undefined, 'bad', await token({ sub: 'c' }), await readerToken(), await adminToken()];
});
afterAll(async () => {
  agent.destroy();
  await server?.kill('SIGKILL');
  folder[Symbol.dispose]();
});

const nasty = fc.constantFrom(
  ...[
    '',
    '\u0000',
    '\ud800',
    '__proto__',
    'constructor',
    'toString',
    '.',
    '..',
    '"',
    '\\',
    '\r\n\r\n',
    'NaN',
    '1e400',
    'earliest',
  ],
  ...['x'.repeat(3_000), `k1.${'A'.repeat(22)}`, '${', '<script>', '\u202e', 'null', '-0'],
);
const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), nasty, fc.double(), fc.constant(null));
const text = fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 60 }));
const OPERATIONS = [
  'query($id: ID!, $n: Int) { kyc(customerId: $id) { status history(first: $n) { nodes { revision extra requestId } } } }',
  'query($f: KycFilter, $after: String) { kycCustomers(filter: $f, first: 5, after: $after) { nodes { customerId } asOf } }',
  'query($at: DateTime!) { kyc(customerId: "c", asOf: $at) { revision } }',
  'mutation($id: ID!, $n: Int!) { confirmKyc(customerId: $id, revision: $n) { outcome } }',
  'mutation($ids: [ID!]!) { replayKycDeadLetters(ids: $ids) { outcome } discardKycDeadLetters(ids: $ids) }',
  'subscription($after: String) { kycStatusChanged(after: $after) { cursor revision } }',
  'subscription($after: String, $f: KycUpdateFilter) { kycUpdates(after: $after, filter: $f) { cursor revision } }',
  '{ __schema { types { name fields { name } } } }',
  'query A { myKyc { ...B } } fragment B on Kyc { ...B }',
];
const variables = fc.oneof(
  fc.dictionary(fc.constantFrom('id', 'n', 'f', 'after', 'at', 'ids', 'toString', '__proto__', 'x'), value, {
    maxKeys: 6,
  }),
  value,
);
/** A document with some characters removed, repeated or replaced. */
const document = fc
  .tuple(fc.constantFrom(...OPERATIONS), fc.array(fc.tuple(fc.nat(400), text), { maxLength: 2 }), fc.boolean())
  .map(([operation, edits, isEdited]) =>
    isEdited
      ? edits.reduce(
          (query, [at, inserted]) => query.slice(0, at) + inserted + query.slice(at + inserted.length),
          operation,
        )
      : operation,
  );
const payload = fc.record(
  {
    query: fc.oneof({ weight: 8, arbitrary: document }, value),
    variables,
    operationName: fc.oneof(fc.constant(undefined), text),
    extensions: fc.oneof(fc.constant(undefined), value),
  },
  { requiredKeys: [] },
);
const bearer = fc.nat(4);
const encoding = fc.constantFrom('', 'gzip', 'deflate', 'gzip-broken', 'br', 'identity, gzip');

const httpCase = fc.record({
  kind: fc.constant('http' as const),
  method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PUT', 'OPTIONS', 'HEAD'),
  path: fc.constantFrom(
    '/graphql',
    '/graphql/stream',
    '/graphql/',
    '/health/ready',
    '/metrics',
    '/nothing',
    '/console/%00',
  ),
  body: fc.oneof(
    payload.map((json) => JSON.stringify(json)),
    fc.json(),
    fc.string({ maxLength: 200 }),
  ),
  type: fc.constantFrom(
    'application/json',
    'text/plain',
    'application/json; charset=utf-16',
    'multipart/form-data',
    '',
  ),
  accept: fc.constantFrom('application/json', 'text/event-stream', '*/*', 'multipart/mixed', ''),
  bearer,
  encoding,
});
const callbackCase = fc.record({
  kind: fc.constant('callback' as const),
  path: fc.constantFrom('/callbacks/kyc', '//callbacks///kyc', '/callbacks/kyc/', '/callbacks/%6byc'),
  isSigned: fc.boolean(),
  customerId: fc.oneof(fc.constantFrom('c', 'd'), text),
  said: fc.dictionary(
    fc.constantFrom(
      'status',
      'docsMissing',
      'kycRejectLabel',
      'kycEndUserErrorMessage',
      'kycProcessingStatus',
      'callbackType',
      'hash',
      'new',
      '__proto__',
    ),
    fc.oneof(value, fc.constantFrom('FULL_USER', 'KYC_PENDING', 'SOFT_KYC_FAILED')),
    { maxKeys: 5 },
  ),
  garbage: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  ),
  encoding,
});
const message = fc.oneof(
  fc.record(
    { type: fc.constant('connection_init'), payload: fc.oneof(fc.constant(undefined), value) },
    { requiredKeys: ['type'] },
  ),
  fc.record({
    type: fc.constant('subscribe'),
    id: fc.oneof(fc.constantFrom('1', '2'), text),
    payload: fc.oneof(payload, value),
  }),
  fc.record({ type: fc.constantFrom('complete', 'ping', 'pong', 'next', 'nonsense'), id: text, payload: value }),
  value,
);
const socketCase = fc.record({
  kind: fc.constant('socket' as const),
  bearer,
  messages: fc.array(message, { minLength: 1, maxLength: 5 }),
  raw: fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
  ),
});
type Case =
  typeof httpCase extends fc.Arbitrary<infer A>
    ?
        | A
        | (typeof callbackCase extends fc.Arbitrary<infer B> ? B : never)
        | (typeof socketCase extends fc.Arbitrary<infer C> ? C : never)
    : never;

/** Runs one case. Resolves with what is wrong with the answer, or null. */
function run(one: Case): Promise<string | null> {
  if (one.kind === 'socket') return overSocket(one);
  if (one.kind === 'http') {
    const authorization = tokens[one.bearer];
    const headers = {
      accept: one.accept,
      'content-type': one.type,
      ...(authorization && { authorization: `Bearer ${authorization}` }),
    };
    return overHttp(one.method, one.path, headers, Buffer.from(one.body), one.encoding);
  }
  const { isSigned, customerId, said, garbage } = one;
  const body = isSigned
    ? signedCallback(customerId, said)
    : JSON.stringify({ callbackType: 'kyc', customerId, ...said });
  return overHttp('POST', one.path, {}, garbage === null ? Buffer.from(body) : Buffer.from(garbage), one.encoding);
}

function overHttp(method: string, path: string, headers: Record<string, string>, body: Buffer, coding: string) {
  const encoded = coding === 'gzip' ? gzipSync(body) : coding === 'deflate' ? deflateSync(body) : body;
  const name = coding.replace('-broken', '');
  return new Promise<string | null>((resolve) => {
    const { hostname, port } = new URL(server.url);
    const outgoing = request(
      {
        hostname,
        port,
        method,
        path,
        agent,
        headers: { ...headers, ...(name && { 'content-encoding': name }), 'content-length': encoded.length },
      },
      (response) => {
        let answer = '';
        const judge = (): void => resolve(problemOf(response.statusCode ?? 0, answer));
        response.setEncoding('utf8').on('data', (chunk: string) => {
          answer += chunk;
          // A stream is left after its first event.
          if (/event-stream|mixed/.test(String(response.headers['content-type'])) && answer.length > 10)
            outgoing.destroy();
        });
        response.on('end', judge).on('close', judge);
      },
    );
    outgoing.on('error', (error) =>
      resolve(/ECONNRESET|EPIPE|hang up|aborted/.test(String(error)) ? null : String(error)),
    );
    outgoing.setTimeout(20_000, () => outgoing.destroy(new Error('no answer in 20 s')));
    outgoing.end(encoded);
  });
}

/** What no answer may be. */
function problemOf(status: number, answer: string): string | null {
  if (status >= 500 && status !== 503) return `answered ${status}: ${answer.slice(0, 300)}`;
  if (/\n\s+at .+[:(]\d+/.test(answer) || answer.includes('node_modules'))
    return `a stack trace: ${answer.slice(0, 300)}`;
  if (answer.includes('"code":"INTERNAL_SERVER_ERROR"')) return `an internal error: ${answer.slice(0, 300)}`;
  const long = [...answer.matchAll(/"message":"((?:[^"\\]|\\.)*)"/g)].find(
    ([, said = '']) => JSON.parse(`"${said}"`).length > 500,
  );
  return long === undefined ? null : `a message of over 500 characters: ${long[0].slice(0, 300)}`;
}

function overSocket({ bearer: which, messages, raw }: Extract<Case, { kind: 'socket' }>): Promise<string | null> {
  return new Promise((resolve) => {
    const authorization = tokens[which];
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: authorization === undefined ? {} : { authorization: `Bearer ${authorization}` },
    });
    let problem: string | null = null;
    const end = setTimeout(() => socket.terminate(), 5_000);
    socket.on('open', () => {
      socket.send('{"type":"connection_init"}');
      for (const one of messages) socket.send(JSON.stringify(one) ?? '');
      if (raw !== null) socket.send(raw);
      socket.send('{"type":"ping"}');
      setTimeout(() => socket.close(), 30);
    });
    socket.on('message', (data) => {
      problem ??= problemOf(200, String(data));
    });
    socket.on('error', () => {});
    socket.on('close', (code) => {
      clearTimeout(end);
      resolve(problem ?? (code === 4500 || code === 1011 ? `closed with ${code}` : null));
    });
  });
}

async function liveHeap(): Promise<number> {
  const before = server.said.stderr.length;
  process.kill(server.pid, 'SIGUSR2');
  await expect.poll(() => /heap \d+\n/.test(server.said.stderr.slice(before)), { timeout: 20_000 }).toBe(true);
  return Number(/heap (\d+)\n/.exec(server.said.stderr.slice(before))?.[1]);
}

async function metrics(): Promise<string> {
  const headers = { authorization: `Bearer ${tokens[4]}` };
  return (await fetch(`${server.url}/metrics`, { headers })).text();
}

async function gauges(): Promise<Record<string, number>> {
  const lines = [...(await metrics()).matchAll(/^(xgateway_kyc_(?:connections|subscriptions)\{[^}]*\}) (\d+)/gm)];
  return Object.fromEntries(lines.map(([, name = '', count]) => [name, Number(count)]));
}

async function callbacksAnswered(outcome: string): Promise<number> {
  const text = await metrics();
  return Number(new RegExp(`^xgateway_kyc_callbacks_total\\{outcome="${outcome}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

/** Runs cases a few at a time, and collects the first problems with what caused them. */
async function runAll(cases: readonly Case[]): Promise<string[]> {
  const problems: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let one = cases[next++]; one !== undefined && problems.length < 3; one = cases[next++]) {
      const problem = await run(one);
      if (problem !== null) problems.push(`${problem}\n  after ${JSON.stringify(one).slice(0, 2_000)}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return problems;
}

test(`${CASES} random requests leave the same process, no connection and the old heap`, async () => {
  const arbitrary = fc.oneof(httpCase, callbackCase, socketCase);
  await runAll(fc.sample(arbitrary, { seed: SEED + 1, numRuns: 500 }));
  const heapBefore = await liveHeap();
  expect(await runAll(fc.sample(arbitrary, { seed: SEED, numRuns: CASES })), `FUZZ_SEED=${SEED}`).toEqual([]);
  expect(server.said.stdout).not.toMatch(/"level":[56]0.*(TypeError|RangeError|ReferenceError)/);
  await expect
    .poll(async () => Object.values(await gauges()).reduce((sum, count) => sum + count, 0), { timeout: 40_000 })
    .toBe(0);
  await expect
    .poll(async () => (await liveHeap()) - heapBefore, { timeout: 60_000, interval: 2_000 })
    .toBeLessThan(HEAP_SLACK_BYTES);
  // The cases reached what they were to try.
  for (const outcome of ['applied', 'kept', 'NOT_GENUINE', 'NOT_JSON']) {
    expect(await callbacksAnswered(outcome), outcome).toBeGreaterThan(0);
  }
  expect(process.kill(server.pid, 0)).toBe(true);
}, 1_800_000);
