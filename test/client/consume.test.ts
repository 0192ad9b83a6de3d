/** `consumeKyc` against a real server. Killing both sides is in test/examples/other-languages.test.ts. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsumerStore, consumeKyc, fileStore } from '../../src/client/node.ts';
import { readerToken, startTestServer, type TestServer, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let server: TestServer;
let bearer: string;
const folder = temporaryFolder();
beforeAll(async () => {
  [server, bearer] = await Promise.all([startTestServer(), readerToken()]);
  for (const id of ['a', 'b', 'a2']) await server.callback(id, { status: 'CREATED' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const fresh = () => fileStore(mkdtempSync(join(folder.path, 'store-')));
const given = (name: string, store: ConsumerStore) => ({
  url: `${server.url}/graphql`,
  token: () => bearer,
  name,
  store,
  retryDelay: () => 5,
});

/** Consumes until so many updates were handled. */
async function consume(count: number, options: Partial<Parameters<typeof consumeKyc>[0]> & { store: ConsumerStore }) {
  const closing = new AbortController();
  const handled: string[] = [];
  await consumeKyc({
    ...given('a consumer', options.store),
    ...options,
    signal: closing.signal,
    async handler(update, call) {
      await options.handler?.(update, call);
      if (handled.push(`${update.customerId}${update.revision}`) === count) closing.abort();
    },
  });
  return handled;
}

test('handles every update from the beginning, and a second process continues after the first', async () => {
  const store = fresh();
  expect(await consume(2, { store })).toEqual(['a1', 'b1']);
  // Closed while the second was handled: it was handled, and its position was saved.
  expect(await consume(1, { store })).toEqual(['a21']);
});

test('a handler that fails is called again with the same update, and a lost connection is resumed', async () => {
  const attempts: number[] = [];
  const errors: unknown[] = [];
  const handled = await consume(3, {
    store: fresh(),
    async handler({ customerId }, { attempt }) {
      attempts.push(attempt);
      if (customerId === 'b' && attempt < 3) throw new Error('not yet');
      if (customerId === 'b') await server.restart();
    },
    onError: (error) => void errors.push(error),
  });
  expect(handled).toEqual(['a1', 'b1', 'a21']);
  expect(attempts.slice(0, 4)).toEqual([1, 1, 2, 3]);
  expect(errors.slice(0, 2)).toEqual([new Error('not yet'), new Error('not yet')]);
});

test('from now on misses nothing that comes after its start, also when it ends before the first', async () => {
  const store = fresh();
  const closing = new AbortController();
  const consuming = consumeKyc({ ...given('late', store), from: 'now', signal: closing.signal, handler: () => {} });
  await expect.poll(() => store.load('late')).not.toBeNull();
  closing.abort();
  await consuming;
  await server.callback('c', { status: 'FULL_USER' });
  expect(await consume(1, { store, name: 'late', from: 'now' })).toEqual(['c1']);
});

test('a filter selects, and its position is the last update that was handled', async () => {
  expect(await consume(1, { store: fresh(), filter: { verified: true } })).toEqual(['c1']);
});

test('an unknown cursor, a missing right and a store that fails end it with an error', async () => {
  await using other = await startTestServer();
  await other.callback('x', { status: 'CREATED' });
  const { data } = await other.query('{ kycUpdates { pageInfo { endCursor } } }', bearer);
  const store = fresh();
  await store.save('lost', data.kycUpdates.pageInfo.endCursor);
  const handler = () => {};
  await expect(consumeKyc({ ...given('lost', store), handler })).rejects.toMatchObject({
    code: expect.stringMatching(/CURSOR_UNKNOWN|BAD_USER_INPUT/),
  });
  const customer = await token({ sub: 'a' });
  await expect(consumeKyc({ ...given('n', fresh()), token: customer, handler })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  const broken = { load: () => null, save: () => Promise.reject(new Error('disk full')) };
  await expect(consumeKyc({ ...given('n', broken), handler })).rejects.toThrow('disk full');
});

test('a file store keeps each name apart, whatever it is, and leaves no draft', async () => {
  const path = join(folder.path, 'made');
  const store = fileStore(path);
  expect(await store.load('risk/../engine')).toBeNull();
  await store.save('risk/../engine', 'k1.first');
  await store.save('risk/../engine', 'k1.second');
  await store.save('..', 'k1.other');
  expect([await store.load('risk/../engine'), await store.load('..')]).toEqual(['k1.second', 'k1.other']);
  const files = readdirSync(path);
  expect(files.sort()).toEqual(['%2E%2E.cursor', 'risk%2F%2E%2E%2Fengine.cursor']);
  expect(readFileSync(join(path, '%2E%2E.cursor'), 'utf8')).toBe('k1.other\n');
});
