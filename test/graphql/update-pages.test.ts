/** `Query.kycUpdates`: pages of what the subscription delivers, on both stores. */
import { PubSub } from 'graphql-subscriptions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Feed } from '../../src/feed/feed.ts';

import { MAX_READ, type UpdatePageRequest, updatePage } from '../../src/graphql/update-page.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { submission } from '../journal/contract.ts';
import { freshDatabase } from '../support/postgres.ts';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PAGE = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: KycUpdateFilter) {
  kycUpdates(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    edges { cursor node { cursor } } nodes { customerId revision } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

/** What the journal of each test holds, in commit order: customers a and b; one of the two is revoked. */
const SAID: readonly [string, string][] = [
  ['a', 'CREATED'],
  ['b', 'CREATED'],
  ['a', 'FULL_USER'],
  ['b', 'KYC_PENDING'],
  ['a', 'HARD_KYC_FAILED'],
];
const ALL = ['a1', 'b1', 'a2', 'b2', 'a3'];

describe.each(['sqlite', 'postgres'])('%s', (store) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(store === 'postgres' ? { databaseUrl: await freshDatabase() } : {});
    for (const [customerId, status] of SAID) await server.callback(customerId, { status });
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  const ask = async (variables: object, bearer?: string) =>
    server.query(PAGE, bearer ?? (await readerToken()), variables);
  const page = async (variables: object) => {
    const { data, errors } = await ask(variables);
    expect(errors).toBeUndefined();
    const { nodes, edges, pageInfo } = data.kycUpdates;
    expect(edges.map(({ cursor }: { cursor: string }) => cursor)).toEqual(
      edges.map(({ node }: { node: { cursor: string } }) => node.cursor),
    );
    return {
      updates: nodes.map(({ customerId, revision }: { customerId: string; revision: number }) => customerId + revision),
      pageInfo,
    };
  };
  const code = async (variables: object, bearer?: string) =>
    (await ask(variables, bearer)).errors?.map(({ extensions }) => extensions.code);

  test('starts at the beginning, with "earliest" or without a cursor', async () => {
    for (const variables of [{}, { after: 'earliest' }, { after: null, first: null }]) {
      const { updates, pageInfo } = await page(variables);
      expect(updates).toEqual(ALL);
      expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    }
  });

  test.each([1, 2, 3, 5])('walks forwards and backwards by %i', async (size) => {
    let [seen, after, more]: [string[], string | null, boolean] = [[], null, true];
    while (more) {
      const { updates, pageInfo } = await page({ first: size, after });
      seen.push(...updates);
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(seen).toEqual(ALL);
    let before: string | null = null;
    [seen, more] = [[], true];
    while (more) {
      const { updates, pageInfo } = await page({ last: size, before });
      seen.unshift(...updates);
      expect(pageInfo.hasNextPage).toBe(before !== null);
      [before, more] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
    }
    expect(seen).toEqual(ALL);
  });

  test('filters by customer, doubt and time combine, in either direction', async () => {
    const { nodes } = (await server.query(`{ kycUpdates { nodes { receivedAt } } }`, await readerToken())).data
      .kycUpdates;
    const times: string[] = nodes.map(({ receivedAt }: { receivedAt: string }) => receivedAt);
    const cases: [object, string[]][] = [
      [{ customerIdPrefix: 'a' }, ['a1', 'a2', 'a3']],
      [{ customerIdPrefix: 'A' }, []],
      [{ customerIdPrefix: '' }, ALL],
      [{ inDoubt: true }, []],
      [{ inDoubt: false, customerIdPrefix: 'b' }, ['b1', 'b2']],
      [{ receivedFrom: times[0] }, ALL],
      [{ receivedTo: times[0] }, []],
      [{ receivedFrom: '2999-01-01T00:00:00Z' }, []],
      [{ receivedTo: '2999-01-01T00:00:00Z', reversal: true }, ['a3']],
    ];
    for (const [filter, expected] of cases) {
      expect((await page({ filter })).updates).toEqual(expected);
      expect((await page({ filter, last: 10 })).updates).toEqual(expected);
    }
  });

  test('both cursors bound a page, in either direction', async () => {
    const { edges } = (await ask({})).data.kycUpdates;
    const range = { after: edges[0].cursor, before: edges[4].cursor };
    expect((await page(range)).updates).toEqual(['b1', 'a2', 'b2']);
    expect(await page({ ...range, last: 2 })).toMatchObject({
      updates: ['a2', 'b2'],
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    });
    expect((await page({ ...range, last: 3 })).pageInfo.hasPreviousPage).toBe(false);
    expect((await page({ after: edges[4].cursor })).updates).toEqual([]);
  });

  test('the filter is that of the subscription, and cursors are interchangeable with it', async () => {
    const { updates, pageInfo } = await page({ filter: { reversal: true } });
    expect(updates).toEqual(['a3']);
    expect((await page({ filter: { statuses: ['CREATED'], sources: ['CALLBACK'] } })).updates).toEqual(['a1', 'b1']);
    expect((await page({ filter: { verified: true }, last: 5 })).updates).toEqual(['a2']);
    await using following = server.follow(
      'subscription ($after: String) { kycUpdates(after: $after) { customerId revision } }',
      await readerToken(),
      { after: (await page({ first: 3 })).pageInfo.endCursor },
    );
    expect((await following.next()).data.kycUpdates).toEqual({ customerId: 'b', revision: 2 });
    expect((await page({ after: pageInfo.endCursor })).updates).toEqual([]);
  });

  test('an erased customer is missing, and a cursor to their update still works', async () => {
    const { data } = await ask({ last: 1 });
    await server.callback('gone', { status: 'CREATED' });
    const erased = (await page({ last: 1 })).pageInfo.endCursor;
    await server.query('mutation { eraseKyc(customerId: "gone") { erasedUpdates } }', await adminToken());
    expect((await page({})).updates).toEqual(ALL);
    expect((await page({ after: erased })).updates).toEqual([]);
    expect((await page({ before: erased, last: 1 })).updates).toEqual(['a3']);
    expect(data.kycUpdates.nodes).toHaveLength(1);
  });

  test('needs kyc:read, a possible size and a cursor of this journal', async () => {
    expect(await code({}, await token({ sub: 'a' }))).toEqual(['FORBIDDEN']);
    for (const wrong of [{ first: -1 }, { first: 201 }, { last: 201 }, { first: 1, last: 1 }, { after: 'no cursor' }])
      expect(await code(wrong)).toEqual(['BAD_USER_INPUT']);
    await using other = await startTestServer();
    await other.callback('elsewhere', { status: 'CREATED' });
    const foreign = (await other.query(PAGE, await readerToken(), {})).data.kycUpdates.pageInfo.endCursor;
    for (const variables of [{ after: foreign }, { before: foreign, last: 1 }])
      expect([['CURSOR_UNKNOWN'], ['BAD_USER_INPUT']]).toContainEqual(await code(variables));
  });

  test('costs what the page may hold, also where it names no size', async () => {
    const expensive = '{ kycUpdates { nodes { customerId revision status rawStatus cursor receivedAt } } }';
    const many = Array.from({ length: 60 }, (_, index) => `p${index}: ${expensive.slice(2, -2)}`).join(' ');
    const { errors } = await server.query(`{ ${many} }`, await readerToken());
    expect(errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  });
});

test('a filter that selects next to nothing reads in bounded pages, and lets others go on between', async () => {
  using folder = temporaryFolder();
  const journal = openSqliteJournal(`${folder.path}/kyc.db`);
  const feed = new Feed(journal, new PubSub());
  await feed.start();
  const count = MAX_READ + 5_000;
  for (let index = 0; index < count; index += 1_000)
    await journal.append(Array.from({ length: 1_000 }, (_, row) => submission(`c${index + row}`, 'CREATED')));
  await journal.append([submission('rare', 'FULL_USER')]);
  const read = (request: UpdatePageRequest) =>
    updatePage({ feed, journal }, { filter: { verified: true }, ...request }, () => {});

  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  const first = await read({});
  clearInterval(counting);
  expect(turns).toBeGreaterThan(10);
  expect(first.nodes).toEqual([]);
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, startCursor: null, endCursor: expect.any(String) });
  const second = await read({ after: first.pageInfo.endCursor });
  expect(second.nodes.map(({ customerId }) => customerId)).toEqual(['rare']);
  expect(second.pageInfo.hasNextPage).toBe(false);

  const filter = { reversal: true };
  const last = await read({ last: 1, filter });
  expect(last).toMatchObject({ nodes: [], pageInfo: { hasPreviousPage: true, startCursor: expect.any(String) } });
  expect(await read({ last: 1, filter, before: last.pageInfo.startCursor })).toMatchObject({
    nodes: [],
    pageInfo: { hasPreviousPage: false, startCursor: null },
  });
  feed.stop();
  await journal.close();
});
