import { makeExecutableSchema } from '@graphql-tools/schema';
import { getOperationAST, parse } from 'graphql';
import { beforeEach, expect, test } from 'vitest';
import type { OperationContext } from '../../../src/graphql/context.ts';
import { MAX_PLANNED_FIELDS } from '../../../src/graphql/plan/plan.ts';
import { QueryPlans } from '../../../src/graphql/plan/query-plans.ts';

let resolved: string[] = [];
const noted = (name: string, value: unknown) => () => {
  resolved.push(name);
  return value;
};
const schema = makeExecutableSchema({
  typeDefs: `
    interface Named { name: String! }
    type Thing implements Named { name: String! things(first: Int = 2): [Thing] }
    type Mutation { change: Int }
    type Query {
      one: Thing! any: Named later: Thing broken: String brokenList: [String] null: String nonNull: String! path: String count(of: [Int!]): Int
    }`,
  resolvers: {
    Named: { __resolveType: () => 'Thing' },
    Thing: { things: (_thing, { first }) => Array.from({ length: first }, (_, index) => ({ name: `${index}` })) },
    Query: {
      one: noted('one', { name: 'one' }),
      any: () => Promise.resolve({ name: 'any' }),
      later: () => new Promise((resolve) => setImmediate(() => resolve(noted('later', { name: 'later' })()))),
      broken: () => Promise.reject(new Error('broken')),
      null: () => null,
      brokenList: () => [new Error('first'), Promise.reject(new Error('second'))],
      nonNull: () => null,
      path: (_root, _args, _context, { path }) => path.key,
      count: (_root, { of }) => of.length,
    },
    Mutation: { change: noted('change', 1) },
  },
});

let plans: QueryPlans;
beforeEach(() => {
  plans = new QueryPlans(schema);
  resolved = [];
});

/** Executes a document as its client sends it for the first, second, third time… */
function client(query: string, cost = 1) {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('no operation');
  return (variables: Record<string, unknown> = {}) =>
    plans.execute({ document, operation, variables }, cost, {} as OperationContext);
}

/** What a plan answers once there is one. */
async function planned(query: string, variables?: Record<string, unknown>): Promise<unknown> {
  const send = client(query);
  expect(await send(variables)).toBeNull();
  return send(variables);
}

test('a document has a plan from its second sight on, and none for a document that comes once', async () => {
  const send = client('{ one { name } }');
  expect(send()).toBeNull();
  expect(plans.size).toBe(0);
  expect(send()).toEqual({ one: { name: 'one' } });
  expect(send()).toEqual({ one: { name: 'one' } });
  expect(plans.size).toBe(1);
});

test('what needs no waiting is answered at once, and promises keep the order of fields', async () => {
  expect(await planned('{ later { name } one { name } any { ... on Thing { t: name __typename } } }')).toEqual({
    later: { name: 'later' },
    one: { name: 'one' },
    any: { t: 'any', __typename: 'Thing' },
  });
  const answer = await planned('{ later { name } one { name } null }');
  expect(Object.keys(answer as object)).toEqual(['later', 'one', 'null']);
});

test('a fragment that @skip leaves out once and not a second time is in the answer', async () => {
  const query = 'query ($no: Boolean!) { one { ...F @skip(if: $no) ...F } } fragment F on Thing { name }';
  expect(await planned(query, { no: true })).toEqual({ one: { name: 'one' } });
});

test('each value of a condition has a plan of its own', async () => {
  const send = client('query ($yes: Boolean!) { one @include(if: $yes) { name } null }');
  expect(send({ yes: true })).toBeNull();
  expect(send({ yes: false })).toEqual({ null: null });
  expect(send({ yes: true })).toEqual({ one: { name: 'one' }, null: null });
  expect(send({ yes: false })).toEqual({ null: null });
});

test.each([
  ['an error of a resolver', '{ broken one { name } }'],
  ['an error in a list before a promise', '{ brokenList }'],
  ['a null that may not be null', '{ nonNull }'],
  ['introspection', '{ __schema { types { name } } }'],
  ['a mutation', 'mutation { change }'],
  ['a resolver that reads the path', '{ path }'],
  ['a name that is no ordinary key', '{ __proto__: null }'],
  ['too many fields', `{ ${Array.from({ length: MAX_PLANNED_FIELDS + 1 }, (_, n) => `a${n}: null`).join(' ')} }`],
  [
    'too many conditions',
    `query (${[1, 2, 3, 4].map((n) => `$c${n}: Boolean!`)}) { null ${[1, 2, 3, 4].map((n) => `a${n}: null @skip(if: $c${n})`).join(' ')} }`,
  ],
])('%s is left to graphql-js', async (_what, query) => {
  expect(await planned(query, { c1: true, c2: true, c3: true, c4: true })).toBeNull();
  expect(resolved).not.toContain('change');
});

test('a plan that gives up does so when all of its work is done', async () => {
  expect(await planned('{ later { name } broken }')).toBeNull();
  expect(resolved).toEqual(['later']);
});

test('an operation that costs much, and whose answer has an error, is executed twice once in a hundred times', async () => {
  const send = client('{ one { name } broken }', 1_000);
  for (let sent = 0; sent < 300; sent++) expect(await send()).toBeNull();
  expect(resolved.length).toBe(3);
  resolved = [];
  const cheap = client('{ one { name } broken }', 10);
  for (let sent = 0; sent < 300; sent++) expect(await cheap()).toBeNull();
  expect(resolved.length).toBe(299);
});

test('plans are bounded in number, and in bytes', async () => {
  for (let index = 0; index < 600; index++) await planned(`{ a${index}: null }`);
  expect(plans.size).toBe(500);
  const fields = (index: number) => Array.from({ length: 200 }, (_, at) => `b${index}_${at}: null`).join(' ');
  for (let index = 0; index < 30; index++) await planned(`{ ${fields(index)} }`);
  expect(plans.size).toBeLessThan(30);
  expect(plans.size).toBeGreaterThan(10);
});

test("nothing is planned where OpenTelemetry has wrapped graphql's execute", async () => {
  plans = new QueryPlans(
    schema,
    Object.assign(() => {}, { __wrapped: true }),
  );
  expect(await planned('{ one { name } }')).toBeNull();
  expect(plans.size).toBe(0);
});
