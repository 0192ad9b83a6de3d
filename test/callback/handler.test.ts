import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeadLetterQueue } from '../../src/callback/dead-letter-queue.ts';
import { type CallbackHandlerOptions, callbackHandler } from '../../src/callback/handler.ts';
import { createIntake, type IntakeOptions } from '../../src/callback/intake.ts';
import { CommitQueue } from '../../src/journal/commit-queue.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { callbackHash } from '../../src/xgateway/callback-hash.ts';

const secrets = { current: 'current-secret', previous: 'previous-secret' };
const open: (() => Promise<unknown> | unknown)[] = [];
let journal: Journal;
let queue: CommitQueue;
let logged: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'kyc-'));
  journal = openSqliteJournal(join(folder, 'kyc.db'));
  queue = new CommitQueue(journal);
  logged = '';
  open.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => journal.close(),
  );
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serve(
  options: Partial<CallbackHandlerOptions & Pick<IntakeOptions, 'onGenuine'>> = {},
): Promise<number> {
  const log = pino(
    {},
    {
      write: (line) => {
        logged += line;
      },
    },
  );
  const intake = createIntake({
    queue,
    deadLetters: new DeadLetterQueue(journal.deadLetters),
    secrets,
    requireConfirmation: false,
    passOtherTypes: options.passOtherTypes ?? false,
    log,
    ...(options.onGenuine !== undefined && { onGenuine: options.onGenuine }),
  });
  const app = express();
  app.use('/callbacks/kyc', callbackHandler({ intake, log, ...options }));
  app.use((request, response) => response.status(299).json(request.body));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const send = (port: number, body: string | Uint8Array<ArrayBuffer>, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${port}/callbacks/kyc`, { method: 'POST', body, ...init });
const signed = (said: object, secret = secrets.current, customerId = 'c') =>
  JSON.stringify({ callbackType: 'kyc', customerId, hash: callbackHash(customerId, secret), ...said });

test('the answer table, row by row', async () => {
  const port = await serve();
  const rows: [string, string | Uint8Array<ArrayBuffer>, number, object][] = [
    ['something new', signed({ status: 'CREATED' }), 200, { outcome: 'applied', revision: 1 }],
    ['nothing new', signed({ status: 'CREATED' }), 200, { outcome: 'unchanged', revision: 1 }],
    ['the previous secret', signed({ status: null }, secrets.previous), 200, { outcome: 'applied', revision: 2 }],
    [
      'documents as objects',
      signed({ status: 'X', docsMissing: [{ docType: 'SELFIE' }] }),
      200,
      { outcome: 'applied', revision: 3 },
    ],
    [
      'the same as strings',
      signed({ status: 'X', docsMissing: [' SELFIE '] }),
      200,
      { outcome: 'unchanged', revision: 3 },
    ],
    ['status a number', signed({ status: 7 }), 202, { outcome: 'kept' }],
    ['no status', signed({}), 202, { outcome: 'kept' }],
    ['docsMissing a string', signed({ status: 'X', docsMissing: 'SELFIE' }), 202, { outcome: 'kept' }],
    ['another type', signed({ callbackType: 'transaction' }), 422, { error: { code: 'OTHER_CALLBACK_TYPE' } }],
    ['a wrong hash', signed({ status: 'X', hash: 'wrong' }), 401, { error: { code: 'NOT_GENUINE' } }],
    ['no hash', signed({ status: 'X', hash: undefined }), 401, { error: { code: 'NOT_GENUINE' } }],
    ['a customerId that is a number', signed({ customerId: 7 }), 401, { error: { code: 'NOT_GENUINE' } }],
    [
      'a customerId with NUL',
      signed({ status: 'X' }, secrets.current, 'a\0b'),
      422,
      { error: { code: 'IMPOSSIBLE_CUSTOMER_ID' } },
    ],
    [
      'a lone surrogate',
      signed({ status: 'X' }, secrets.current, '\ud800'),
      422,
      { error: { code: 'IMPOSSIBLE_CUSTOMER_ID' } },
    ],
    ['a list', '[]', 400, { error: { code: 'NOT_JSON' } }],
    ['no JSON', '{', 400, { error: { code: 'NOT_JSON' } }],
    ['broken UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, { error: { code: 'NOT_JSON' } }],
    ['65 KiB', 'x'.repeat(65 * 1024), 413, { error: { code: 'TOO_LARGE' } }],
  ];
  for (const [name, body, status, answer] of rows) {
    const response = await send(port, body);
    expect({ name, status: response.status, ...((await response.json()) as object) }).toMatchObject({
      name,
      status,
      ...answer,
    });
  }
  expect(logged).not.toContain(callbackHash('c', secrets.current));
});

test('other types pass on with their body', async () => {
  const response = await send(await serve({ passOtherTypes: true }), signed({ callbackType: 'transaction', id: 7 }));
  expect([response.status, await response.json()]).toMatchObject([299, { callbackType: 'transaction', id: 7 }]);
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('a closed queue is 503 with Retry-After', async () => {
  const port = await serve();
  await queue.close();
  const response = await send(port, signed({ status: 'X' }));
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
});

test.each([
  [
    'throw',
    () => {
      throw new Error('the registry is broken');
    },
  ],
  ['reject', async () => Promise.reject(new Error('the registry is broken'))],
])("an owner's metrics that %s change no answer, and are logged", async (_what, fail) => {
  const port = await serve({ onOutcome: fail, onGenuine: fail });
  const answers = [];
  for (const body of [signed({ status: 'CREATED' }), signed({ status: 'CREATED' }), signed({ status: 7 })]) {
    answers.push((await send(port, body)).status);
  }
  answers.push((await send(port, signed({ hash: 'wrong' }))).status, (await send(port, '{')).status);
  expect(answers).toEqual([200, 200, 202, 401, 400]);
  expect((await journal.customer('c'))?.latest.revision).toBe(1);
  expect(logged).toContain('the registry is broken');
});

test('the digits of unknown numbers are only read for what is recorded', async () => {
  const port = await serve();
  const read = vi.spyOn(JSON as unknown as { rawJSON(text: string): object }, 'rawJSON');
  const body = signed({ status: 'CREATED' }).replace('{', '{"amounts":[1.10,2.0],');
  expect((await send(port, body)).status).toBe(200);
  const before = read.mock.calls.length;
  expect(before).toBeGreaterThan(0);
  expect(await (await send(port, body)).json()).toEqual({ outcome: 'unchanged', revision: 1 });
  expect((await send(port, body.replace('"hash":"', '"hash":"wrong'))).status).toBe(401);
  expect((await send(port, body.replace('"CREATED"', '7.0'))).status).toBe(202);
  expect(read.mock.calls.length).toBe(before);
  expect(JSON.stringify((await journal.customer('c'))?.latest.extra)).toBe('{"amounts":[1.10,2.0]}');
  read.mockRestore();
});

test('a dead letter is what was sent, but for its hash: order, repeated names, digits and space', async () => {
  const port = await serve();
  const sent = signed({ status: 7 }).replace('{', '{ "10":1.0, "2":"\\u0041", "a":1, "a":2e400 ,');
  expect((await send(port, sent)).status).toBe(202);
  const [kept] = await journal.deadLetters.list({ category: 'GENUINE', before: null, limit: 1 });
  expect(kept?.body).toBe(
    '{ "10":1.0, "2":"\\u0041", "a":1, "a":2e400 ,"callbackType":"kyc","customerId":"c","status":7}',
  );
});
