/** `kycCustomers(filter:)`: every condition and their combinations, on both stores. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { adminToken, readerToken, startTestServer, type TestServer } from '../support/server.ts';

const QUERY = `query ($filter: KycFilter, $first: Int, $after: String) {
  kycCustomers(filter: $filter, first: $first, after: $after) {
    nodes { customerId status verified inDoubt updatedAt latestUpdate { reversal } } pageInfo { hasNextPage endCursor } } }`;

interface Node {
  readonly customerId: string;
  readonly status: string;
  readonly verified: boolean;
  readonly inDoubt: boolean;
  readonly updatedAt: string;
  readonly latestUpdate: { readonly reversal: boolean };
}

const IDS = ['a', 'ab', 'aB', 'a_b', 'a%', 'A', 'é1', 'e1', '🦄', '🦄x', 'z', 'zz'];
/** What became of each customer in turn: listed, verified, revoked, in doubt after a reversal, revoked and moved on. */
const LIVES = [
  ['CREATED'],
  ['FULL_USER'],
  ['FULL_USER', 'HARD_KYC_FAILED'],
  ['FULL_USER', 'HARD_KYC_FAILED', 'FULL_USER'],
  ['FULL_USER', 'KYC_PENDING', 'KYC_NEEDED'],
];

describe.each(['sqlite', 'postgres'])('%s', (store) => {
  let server: TestServer;
  let everybody: Node[];
  beforeAll(async () => {
    server = await startTestServer(store === 'postgres' ? { databaseUrl: await freshDatabase() } : {});
    for (let step = 0; step < 3; step++)
      for (const [index, id] of IDS.entries()) {
        const status = LIVES[index % LIVES.length]?.[step];
        if (status !== undefined) await server.callback(id, { status });
      }
    everybody = await list({});
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  const ask = async (variables: object) => server.query(QUERY, await readerToken(), variables);
  /** All pages. */
  async function list(filter: object, first = 200): Promise<Node[]> {
    const nodes: Node[] = [];
    for (let after: string | null = null; ; ) {
      const { data, errors } = await ask({ filter, first, after });
      expect(errors).toBeUndefined();
      nodes.push(...data.kycCustomers.nodes);
      after = data.kycCustomers.pageInfo.endCursor;
      if (!data.kycCustomers.pageInfo.hasNextPage) return nodes;
    }
  }

  test('there is somebody of each kind', () => {
    expect(everybody).toHaveLength(IDS.length);
    for (const field of ['verified', 'inDoubt'] as const) expect(everybody.some((node) => node[field])).toBe(true);
    expect(everybody.filter(({ latestUpdate }) => latestUpdate.reversal).map(({ status }) => status)).toContain(
      'HARD_KYC_FAILED',
    );
  });

  test('any conditions select who meets all of them, in pages of any size', async () => {
    const times = everybody.map(({ updatedAt }) => updatedAt);
    const flag = fc.constantFrom(null, true, false);
    const time = fc.option(fc.constantFrom(...times));
    const filters = fc.record({
      statuses: fc.constantFrom(null, null, [], ['FULL_USER'], ['CREATED', 'HARD_KYC_FAILED', 'KYC_NEEDED']),
      customerIdPrefix: fc.constantFrom(null, null, '', 'a', 'A', 'a_', 'a%', 'e', 'é', '🦄', 'z', 'none'),
      verified: flag,
      inDoubt: flag,
      reversed: flag,
      changedFrom: time,
      changedTo: time,
    });
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 5 }), async (filter, first) => {
        const expected = everybody.filter(
          (node) =>
            (filter.statuses === null || (filter.statuses as readonly string[]).includes(node.status)) &&
            node.customerId.startsWith(filter.customerIdPrefix ?? '') &&
            (filter.verified === null || filter.verified === node.verified) &&
            (filter.inDoubt === null || filter.inDoubt === node.inDoubt) &&
            (filter.reversed === null || filter.reversed === node.latestUpdate.reversal) &&
            (filter.changedFrom === null || node.updatedAt >= filter.changedFrom) &&
            (filter.changedTo === null || node.updatedAt < filter.changedTo),
        );
        expect(await list(filter, first)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test.each(['\u0000', '\ud83e', 'x'.repeat(257)])('no customer ID can begin with %j', async (customerIdPrefix) => {
    const { errors } = await ask({ filter: { customerIdPrefix } });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('a confirmation moves a customer from in doubt to verified', async () => {
    const [doubtful] = await list({ inDoubt: true });
    await server.query(
      `mutation ($id: ID!) { confirmKyc(customerId: $id, revision: 3) { outcome } }`,
      await adminToken(),
      { id: doubtful?.customerId },
    );
    expect((await list({ verified: true }))[0]?.customerId).toBe(doubtful?.customerId);
    expect((await list({ inDoubt: true })).map(({ customerId }) => customerId)).not.toContain(doubtful?.customerId);
  });
});
