import { expect, test } from 'vitest';
import { documentsIn } from '../../src/graphql/documents/manifest.ts';
import { documentStore } from '../../src/graphql/documents/trusted-documents.ts';

const APOLLO = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [{ id: 'a', name: 'A', type: 'query', body: 'query A { __typename }' }],
};

test.each<[string, unknown, [string, string][]]>([
  [
    'a plain map',
    { a: '{ a }', b: '{ b }' },
    [
      ['a', '{ a }'],
      ['b', '{ b }'],
    ],
  ],
  ['a plain map with an ID "format"', { format: '{ a }' }, [['format', '{ a }']]],
  ['__proto__ as an ID', JSON.parse('{"__proto__":"{ a }"}'), [['__proto__', '{ a }']]],
  ["Apollo's manifest", APOLLO, [['a', 'query A { __typename }']]],
  ["Apollo's manifest without operations", { ...APOLLO, operations: [] }, []],
  [
    'the same document twice',
    { ...APOLLO, operations: [...APOLLO.operations, ...APOLLO.operations] },
    [['a', 'query A { __typename }']],
  ],
  ['nothing', {}, []],
])('%s', (_what, manifest, expected) => {
  expect([...documentsIn(manifest)]).toEqual(expected);
});

test.each<[string, unknown, string]>([
  ['a list', ['{ a }'], 'is a JSON object'],
  ['null', null, 'is a JSON object'],
  ['text', '{ a }', 'is a JSON object'],
  ['a document that is no text', { a: { body: '{ a }' } }, 'The document "a" is not text'],
  ['an empty document', { a: ' ' }, 'The document "a" is not text'],
  ['an empty ID', { '': '{ a }' }, 'of 1 to 256 characters, not ""'],
  ['an ID of 257 characters', { ['x'.repeat(257)]: '{ a }' }, 'of 1 to 256 characters'],
  ['another version of Apollo', { ...APOLLO, version: 2 }, 'has version 2'],
  ['Apollo without a list', { ...APOLLO, operations: {} }, 'has no "operations"'],
  ['Apollo with a number for an operation', { ...APOLLO, operations: [5] }, 'of 1 to 256 characters, not undefined'],
  ['Apollo without a body', { ...APOLLO, operations: [{ id: 'a' }] }, 'The document "a" is not text'],
  [
    'one ID for two documents',
    { ...APOLLO, operations: [...APOLLO.operations, { id: 'a', body: '{ b }' }] },
    '"a" stands for two',
  ],
])('%s is refused by name', (_what, manifest, message) => {
  expect(() => documentsIn(manifest)).toThrow(message);
  expect(() => documentsIn(manifest)).toThrow(TypeError);
});

test('an ID wins over the hash of another document', () => {
  // SHA-256 of "{ a }".
  const hash = '31fe3b4b5c2b6bfd3a0f4c2d';
  const store = documentStore({ a: '{ a }', [hash]: '{ b }' });
  expect([store.get('a'), store.get(hash), store.get('toString')]).toEqual(['{ a }', '{ b }', undefined]);
});
