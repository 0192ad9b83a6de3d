import { buildSchema, getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/access/limits.ts';
import { checkLimits } from '../../src/graphql/limits.ts';

const MAX_DEPTH = DEFAULT_LIMITS.depth;

// Our own schema is less deep than what it allows; an application that merges it with its own may be deeper.
const schema = buildSchema('type Query { me: Node } type Node { id: ID  friend: Node  friends(first: Int): [Node] }');

function check(query: string): void {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('no operation');
  checkLimits(schema, { document, operation, variables: {} }, null, {
    limits: DEFAULT_LIMITS,
    introspection: 'everyone',
  });
}

test('a selection may be ten fields deep, also through fragments', () => {
  const deep = (levels: number) => `${'friend { '.repeat(levels)} id ${'}'.repeat(levels)}`;
  check(`{ me { ${deep(MAX_DEPTH - 2)} } }`);
  expect(() => check(`{ me { ${deep(MAX_DEPTH - 1)} } }`)).toThrow(/too deep: 11, at most 10/);
  const inFragments = (levels: number) => `{ me { ...A } } fragment A on Node { ... on Node { ${deep(levels)} } }`;
  check(inFragments(MAX_DEPTH - 2));
  expect(() => check(inFragments(MAX_DEPTH - 1))).toThrow(/deep/);
});

test('a fragment that is spread exponentially often is measured in no time', () => {
  const fragments = Array.from({ length: 60 }, (_, i) => `fragment F${i} on Node { ...F${i + 1} ...F${i + 1} }`);
  const query = `{ me { ...F0 } } ${fragments.join(' ')} fragment F60 on Node { id }`;
  expect(() => check(query)).toThrow(/costs too much/);
});
