/** Walking lists while updates arrive: nobody who stays is skipped or repeated, and whoever changes is after `asOf`. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readerToken, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  [server, token] = await Promise.all([startTestServer(), readerToken()]);
});
afterAll(async () => server[Symbol.asyncDispose]());

interface Seen {
  readonly customerId: string;
  readonly revision: number;
}
type Word = 'CREATED' | 'KYC_NEEDED' | 'KYC_PENDING';

/** Gives a customer an update, which is news: its message was never said before. */
let messages = 0;
async function change(customerId: string, status: Word): Promise<Seen> {
  const answer = await server.callback(customerId, { status, kycEndUserErrorMessage: `message ${messages++}` });
  const { revision } = (await answer.json()) as { revision: number };
  return { customerId, revision };
}

const PAGE = `query ($filter: KycFilter, $first: Int, $after: String) { kycCustomers(filter: $filter, first: $first, after: $after) {
  asOf nodes { customerId revision } edges { cursor node { customerId } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

async function page(variables: object) {
  const { data, errors } = await server.query(PAGE, token, variables);
  expect(errors).toBeUndefined();
  return data.kycCustomers;
}

/** Every update after a cursor, up to the journal's head. */
async function updatesAfter(after: string, count: number): Promise<Seen[]> {
  const query = 'subscription ($after: String) { kycUpdates(after: $after) { customerId revision } }';
  const updates: Seen[] = [];
  await using following = server.follow(query, token, { after });
  while (updates.length < count) updates.push((await following.next()).data.kycUpdates);
  return updates;
}

const words = fc.constantFrom<Word>('CREATED', 'KYC_NEEDED', 'KYC_PENDING');
const someone = fc.record({ customer: fc.nat(11), status: words });

test('a walk over customers with any page sizes, filters and changes meanwhile', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(someone, { minLength: 1, maxLength: 14 }),
      fc.array(fc.record({ first: fc.integer({ min: 1, max: 5 }), changes: fc.array(someone, { maxLength: 3 }) }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.option(fc.subarray<Word>(['CREATED', 'KYC_NEEDED', 'KYC_PENDING'])),
      async (before, steps, statuses) => {
        const id = (customer: number) => `run-${run}-${customer}`;
        run++;
        // Only what this run does: everybody before it is not after this cursor.
        const { asOf: changedAfter } = await page({ first: 0 });
        const now = new Map<string, Seen & { readonly status: Word }>();
        const apply = async ({ customer, status }: { customer: number; status: Word }) => {
          const seen = await change(id(customer), status);
          now.set(seen.customerId, { ...seen, status });
          return seen;
        };
        for (const one of before) await apply(one);
        const expected = new Map(now);

        const seen: Seen[] = [];
        const changed: Seen[] = [];
        let asOf: string | undefined;
        let after: string | null = null;
        for (let index = 0; ; index++) {
          const step = steps[index % steps.length] ?? { first: 1, changes: [] };
          const read = await page({ filter: { changedAfter, statuses }, first: step.first, after });
          expect(read.pageInfo).toMatchObject({
            hasPreviousPage: after !== null,
            startCursor: read.edges[0]?.cursor ?? null,
            endCursor: read.edges.at(-1)?.cursor ?? null,
          });
          asOf ??= read.asOf;
          seen.push(...read.nodes);
          if (!read.pageInfo.hasNextPage) break;
          after = read.pageInfo.endCursor;
          if (index < steps.length) for (const one of step.changes) changed.push(await apply(one));
        }

        expect(new Set(seen.map(({ customerId }) => customerId)).size).toBe(seen.length);
        const selected = [...expected.values()].filter(({ status }) => statuses === null || statuses.includes(status));
        const moved = new Set(changed.map(({ customerId }) => customerId));
        const stayed = selected.filter(({ customerId }) => !moved.has(customerId));
        const sorted = (list: readonly Seen[]) =>
          list.map(({ customerId, revision }) => `${customerId} ${revision}`).toSorted();
        expect(sorted(seen.filter(({ customerId }) => !moved.has(customerId)))).toEqual(sorted(stayed));
        // The list and the stream from its `asOf` make the present.
        expect(await updatesAfter(String(asOf), changed.length)).toEqual(changed);
      },
    ),
    { numRuns: 40 },
  );
});

test("a walk through a customer's history while it grows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.record({ first: fc.integer({ min: 1, max: 3 }), grow: fc.nat(2) }), { minLength: 1 }),
      async (length, steps) => {
        const customerId = `history ${messages}`;
        for (let count = 0; count < length; count++) await change(customerId, 'CREATED');
        const query = `query ($customerId: ID!, $first: Int, $after: String) { kyc(customerId: $customerId) {
        history(first: $first, after: $after) { nodes { revision } pageInfo { hasNextPage endCursor } } } }`;
        const revisions: number[] = [];
        let after: string | null = null;
        for (let index = 0; ; index++) {
          const { first, grow } = steps[index % steps.length] ?? { first: 1, grow: 0 };
          const { data } = await server.query(query, token, { customerId, first, after });
          const { nodes, pageInfo } = data.kyc.history;
          revisions.push(...nodes.map(({ revision }: Seen) => revision));
          if (!pageInfo.hasNextPage) break;
          after = pageInfo.endCursor;
          for (let count = 0; count < grow; count++) await change(customerId, 'CREATED');
        }
        expect(revisions).toEqual(Array.from({ length }, (_, index) => length - index));
      },
    ),
    { numRuns: 25 },
  );
});

test('null is the default, none is an empty page, and an empty list of statuses selects nobody', async () => {
  const prefix = await page({ first: 0 });
  expect(prefix).toMatchObject({
    nodes: [],
    edges: [],
    pageInfo: { hasNextPage: true, startCursor: null, endCursor: null },
  });
  for (let count = 0; count < 51; count++) await change(`many ${count}`, 'CREATED');
  expect((await page({ first: null, filter: null, after: null })).nodes).toHaveLength(50);
  expect((await page({ filter: { changedAfter: prefix.asOf } })).nodes).toHaveLength(50);
  expect((await page({ first: 200, filter: { changedAfter: prefix.asOf } })).nodes).toHaveLength(51);
  expect((await page({ filter: { statuses: [] } })).nodes).toEqual([]);
  const { edges, nodes } = await page({ first: 3 });
  expect(edges.map(({ node }: { node: Seen }) => node.customerId)).toEqual(
    nodes.map(({ customerId }: Seen) => customerId),
  );
});
