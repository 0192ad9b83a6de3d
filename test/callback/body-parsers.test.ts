/** The callback endpoint behind the body parsers of the merchant's application. */
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import express, { type RequestHandler } from 'express';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DeadLetterQueue } from '../../src/callback/dead-letter-queue.ts';
import { callbackHandler } from '../../src/callback/handler.ts';
import { createIntake } from '../../src/callback/intake.ts';
import { CommitQueue } from '../../src/journal/commit-queue.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { EXPRESS_VERSIONS } from '../support/express.ts';
import { CALLBACK_SECRET, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let stack: AsyncDisposableStack;
let journal: Journal;
beforeEach(() => {
  stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  journal = openSqliteJournal(`${folder.path}/kyc.db`);
  stack.defer(() => journal.close());
});
afterEach(() => stack.disposeAsync());

/** An application with `parser` in front of everything. Callbacks of other types, and what is not taken, are 299 there. */
async function serve(parsers: RequestHandler | readonly RequestHandler[], framework = express): Promise<string> {
  const log = pino({ level: 'silent' });
  const queue = new CommitQueue(journal);
  const deadLetters = new DeadLetterQueue(journal.deadLetters);
  stack.defer(() => deadLetters.settled());
  const secrets = { current: CALLBACK_SECRET };
  const intake = createIntake({ queue, deadLetters, secrets, requireConfirmation: false, passOtherTypes: true, log });
  const app = framework();
  app.use(...[parsers].flat());
  app.use('/callbacks/kyc', callbackHandler({ intake, log, passOtherTypes: true }));
  app.use((request, response) => void response.status(299).json(request.body ?? null));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks/kyc`;
}

const everything = () => true;
type Parsers = (framework: typeof express) => RequestHandler[];
const PARSERS: readonly (readonly [name: string, parsers: Parsers])[] = [
  ['no parser', () => [(_request, _response, next) => next()]],
  ['json()', ({ json }) => [json()]],
  ['json() of any type', ({ json }) => [json({ type: everything })]],
  ['raw() of any type', ({ raw }) => [raw({ type: everything })]],
  ['text() of any type', ({ text }) => [text({ type: everything })]],
  ['urlencoded()', ({ urlencoded }) => [urlencoded({ extended: false })]],
  [
    'each parser in turn',
    ({ json, raw, text, urlencoded }) => [json(), urlencoded({ extended: false }), text(), raw()],
  ],
];
const CASES = EXPRESS_VERSIONS.flatMap(([version, framework]) =>
  PARSERS.map(([name, parsers]) => [version, name, framework, parsers] as const),
);
const TYPES = [
  ...['application/json', 'text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded'],
  ...['application/vnd.api+json', 'multipart/form-data; boundary=x', 'nonsense', ''],
];

test.each(CASES)(
  'in %s behind %s a genuine callback is recorded, whatever its content type',
  async (_version, _name, framework, parsers) => {
    const url = await serve(parsers(framework), framework);
    for (const [index, type] of TYPES.entries()) {
      const body = Buffer.from(signedCallback(`c${index}`, { status: 'CREATED', docsMissing: null }));
      const response = await fetch(url, { method: 'POST', body, headers: type === '' ? {} : { 'content-type': type } });
      expect([type, response.status, await response.json()]).toEqual([type, 200, { outcome: 'applied', revision: 1 }]);
    }
  },
);

test.each(CASES)(
  'in %s behind %s another type goes on with its body, and a large one is refused',
  async (_version, _name, framework, parsers) => {
    const url = await serve(parsers(framework), framework);
    const post = (body: string) =>
      fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const other = await post('{"callbackType":"transaction","id":7}');
    expect([other.status, await other.json()]).toEqual([299, { callbackType: 'transaction', id: 7 }]);
    expect((await post(signedCallback('c', { status: 'X', pad: 'x'.repeat(70_000) }))).status).toBe(413);
  },
);

test('a compressed body that a parser has inflated is not inflated again', async () => {
  const url = await serve(express.raw({ type: everything }));
  const body = new Uint8Array(gzipSync(signedCallback('c', { status: 'CREATED' })));
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-encoding': 'gzip' } });
  expect(response.status).toBe(200);
});

test('numbers keep their digits where a parser leaves the text', async () => {
  const url = await serve(express.text({ type: everything }));
  const body = signedCallback('c', { status: 'CREATED' }).replace('{', '{"amount":1.10,');
  expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
  expect(JSON.stringify((await journal.customer('c'))?.latest.extra)).toBe('{"amount":1.10}');
});

test('JSON that a form parser took apart for good is refused, never passed on as something else', async () => {
  const url = await serve(express.urlencoded({ extended: true }));
  // The brackets stand before the first "=", which is in the hash.
  const body = signedCallback('c', { status: 'CREATED' }).replace('{', '{"docsMissing":["SELFIE"],');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(400);
  const whole = signedCallback('c', { status: 'CREATED', docsMissing: null });
  expect((await fetch(url, { method: 'POST', body: whole, headers })).status).toBe(200);
});

test.each(EXPRESS_VERSIONS)('in %s an empty body is 400, not an empty object', async (_version, framework) => {
  const url = await serve(framework.json(), framework);
  expect((await fetch(url, { method: 'POST' })).status).toBe(400);
});
