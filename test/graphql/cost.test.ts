import { makeExecutableSchema } from '@graphql-tools/schema';
import * as fc from 'fast-check';
import { execute, getOperationAST, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { measureOperation } from '../../src/graphql/measure.ts';
import { coerceVariables } from '../../src/graphql/variables.ts';

/** A graph in which every list gives exactly as many nodes as were asked for, and counts them. */
let executed = 0;
const node = (): object => {
  executed++;
  return {};
};
const nodes = (count: number): object[] => Array.from({ length: Math.max(0, count) }, node);
const schema = makeExecutableSchema({
  typeDefs: `
    type Query { page(first: Int = 3, last: Int): Page! some(ids: [ID!]!): [Node!]! one: Node! }
    type Page { nodes: [Node!]! pageInfo: Node! }
    type Node { id: Int page(first: Int = 2): Page! some(customerIds: [ID!] = ["a", "b"]): [Node!]! one: Node! }`,
  resolvers: {
    Query: {
      page: (_root, { first, last }) => ({ nodes: nodes(Math.max(first ?? 3, last ?? 0)), pageInfo: node }),
      some: (_root, { ids }) => nodes(ids.length),
      one: node,
    },
    Node: {
      id: () => 1,
      page: (_root, { first }) => ({ nodes: nodes(first ?? 2), pageInfo: node }),
      some: (_root, { customerIds }) => nodes((customerIds ?? []).length),
      one: node,
    },
  },
});

/** Names that a plain object inherits, and an ordinary one. */
const NAMES = ['n', 'toString', 'valueOf', 'constructor', 'hasOwnProperty'] as const;
const count = fc.oneof(
  fc.integer({ min: 0, max: 4 }).map(String),
  fc.constant('null'),
  fc.constantFrom(...NAMES).map((name) => `$${name}`),
);
const list = fc.array(fc.constant('"a"'), { maxLength: 4 }).map((items) => `[${items.join(' ')}]`);
const { selection } = fc.letrec<{ selection: string }>((tie) => ({
  selection: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant('{ id }'),
    fc
      .tuple(count, tie('selection'))
      .map(([first, below]) => `{ page(first: ${first}) { nodes ${below} pageInfo ${below} } }`),
    tie('selection').map((below) => `{ page { nodes ${below} } }`),
    fc.tuple(list, tie('selection')).map(([ids, below]) => `{ some(customerIds: ${ids}) ${below} }`),
    tie('selection').map((below) => `{ one ${below} id }`),
    tie('selection').map((below) => `{ ... on Node ${below} }`),
  ),
}));
const value = fc.option(fc.integer({ min: 0, max: 5 }), { nil: null });
const variables = fc.dictionary(fc.constantFrom(...NAMES), value);

test('the measured cost is at least the number of nodes that are executed', async () => {
  const definitions = NAMES.map((name, index) => `$${name}: Int = ${index}`).join(', ');
  await fc.assert(
    fc.asyncProperty(count, list, selection, variables, async (first, ids, below, given) => {
      const query = `query (${definitions}) { page(first: ${first}) { nodes ${below} pageInfo ${below} } some(ids: ${ids}) ${below} }`;
      const document = parse(query);
      const errors = validate(schema, document).filter(({ message }) => !/never used|conflict/.test(message));
      fc.pre(errors.length === 0);
      const operation = getOperationAST(document);
      if (operation == null) throw new Error('no operation');
      const coerced = coerceVariables(schema, operation, given);
      const { cost } = measureOperation(schema, { document, operation, variables: coerced });
      executed = 0;
      const result = await execute({ schema, document, variableValues: given });
      expect(result.errors).toBeUndefined();
      expect(cost).toBeGreaterThanOrEqual(executed);
    }),
    { numRuns: 500 },
  );
});

test('looking at a moment in the past costs more than looking at now', () => {
  const past = makeExecutableSchema({ typeDefs: 'type Query { kyc(asOf: String): Int }' });
  const costOf = (query: string): number => {
    const document = parse(query);
    const operation = getOperationAST(document);
    if (operation == null) throw new Error('no operation');
    return measureOperation(past, { document, operation, variables: {} }).cost;
  };
  expect([costOf('{ kyc }'), costOf('{ kyc(asOf: null) }'), costOf('{ kyc(asOf: "2026") }')]).toEqual([1, 1, 21]);
});
