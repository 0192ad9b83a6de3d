import { setImmediate as nextImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInParts } from '../../src/graphql/read-in-parts.ts';
import { TURN_MS } from '../../src/http/turn.ts';
import { adminToken, readerToken, signedCallback, startTestServer, type TestServer } from '../support/server.ts';

const rows = Array.from({ length: 300 }, (_, index) => index);
const after = (last: number | undefined, limit: number) => {
  const start = last === undefined ? 0 : last + 1;
  return rows.slice(start, start + limit);
};

test.each([0, 1, 24, 25, 26, 75, 76, 201, 300, 500])('%i rows are each read once, in order', async (limit) => {
  const asked: number[] = [];
  const read = (last: number | undefined, part: number) => {
    asked.push(part);
    return after(last, part);
  };
  expect(await readInParts(limit, read)).toEqual(rows.slice(0, limit));
  expect(await readInParts<number>(limit, async (last, part) => after(last, part))).toEqual(rows.slice(0, limit));
  expect(Math.max(...asked)).toBeLessThanOrEqual(limit);
  expect(asked.length).toBeLessThanOrEqual(5);
});

test('slow parts stay small, and the event loop runs between them', async () => {
  await nextImmediate();
  let [loops, isDone] = [0, false];
  const parts: number[] = [];
  const count = (): void => {
    loops++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const read = (last: number | undefined, limit: number) => {
    parts.push(limit);
    for (const until = performance.now() + TURN_MS; performance.now() < until; );
    return after(last, limit);
  };
  expect(await readInParts(200, read)).toHaveLength(200);
  isDone = true;
  expect(parts).toEqual(Array.from({ length: 8 }, () => 25));
  expect(loops).toBeGreaterThanOrEqual(7);
});

test('what a read throws is thrown', async () => {
  const failure = new Error('the journal is gone');
  const reject = readInParts(200, () => {
    throw failure;
  });
  await expect(reject).rejects.toBe(failure);
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ callbacksPerCustomerPerMinute: 0 });
  const post = (body: string) => fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body });
  const all = (count: number, body: (index: number) => string) =>
    Promise.all(Array.from({ length: count }, async (_, index) => post(body(index))));
  await all(230, (index) => signedCallback(`c ${index}`, { status: index % 2 === 0 ? 'CREATED' : 'NEWER' }));
  for (let revision = 0; revision < 60; revision++) await post(signedCallback('long', { status: `S${revision}` }));
  await all(90, (index) => signedCallback(`d ${index}`, { status: index }));
});
afterAll(() => server[Symbol.asyncDispose]());

interface Page {
  readonly nodes: readonly unknown[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}
/** A list page by page. */
async function paged(first: number, query: (page: string) => string, pageIn: (data: never) => Page, bearer: string) {
  const nodes: unknown[] = [];
  for (let after = ''; ; ) {
    const { data } = await server.query(query(`first: ${first}${after}`), bearer);
    const { pageInfo, nodes: some } = pageIn(data as never);
    nodes.push(...some);
    if (!pageInfo.hasNextPage) return nodes;
    after = `, after: "${pageInfo.endCursor}"`;
  }
}

test.each<[string, number, (page: string) => string, (data: Record<string, Page & { history: Page }>) => Page]>([
  [
    'customers',
    231,
    (page) => `{ kycCustomers(${page}) { nodes { customerId revision } pageInfo { hasNextPage endCursor } } }`,
    (data) => data['kycCustomers'] as Page,
  ],
  [
    'customers of two statuses',
    230,
    (page) => `{ kycCustomers(${page}, filter: { statuses: [CREATED, UNRECOGNIZED] }) {
      nodes { customerId } pageInfo { hasNextPage endCursor } } }`,
    (data) => data['kycCustomers'] as Page,
  ],
  [
    'the history of a customer',
    60,
    (page) => `{ kyc(customerId: "long") {
      history(${page}) { nodes { revision } pageInfo { hasNextPage endCursor } } } }`,
    (data) => data['kyc']?.history as Page,
  ],
  [
    'dead letters',
    90,
    (page) => `{ kycDeadLetters(${page}) { nodes { id } pageInfo { hasNextPage endCursor } } }`,
    (data) => data['kycDeadLetters'] as Page,
  ],
])('%s: pages of 200 hold the same, in the same order, as pages of 7', async (name, count, query, pageIn) => {
  const bearer = name === 'dead letters' ? await adminToken() : await readerToken();
  const large = await paged(200, query, pageIn, bearer);
  expect(large.length).toBeGreaterThanOrEqual(count);
  expect(large).toEqual(await paged(7, query, pageIn, bearer));
  expect(new Set(large.map((node) => JSON.stringify(node))).size).toBe(large.length);
});
