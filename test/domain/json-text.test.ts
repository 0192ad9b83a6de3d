import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isNestedDeeper, membersOf, nameOf } from '../../src/domain/json-text.ts';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

test('the depth of any JSON is told from its text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
      const depth = depthOf(value);
      const text = JSON.stringify(value, null, indent);
      expect([isNestedDeeper(text, depth - 1), isNestedDeeper(text, depth)]).toEqual([depth > 0, false]);
    }),
  );
});

test('brackets in strings do not count, whatever stands before their quotes', () => {
  for (const text of ['["[[["]', '["\\"[[["]', '["\\\\","[[["]', '["\\\\\\"[[["]']) {
    expect([text, isNestedDeeper(text, 1)]).toEqual([text, false]);
  }
});

test('the members of an object are as they were sent, with their names', () => {
  const text = '{ "a" : 1.0,"\\u0062":[{"c":","}] , "a":"}" }';
  expect(membersOf(text)).toEqual([' "a" : 1.0', '"\\u0062":[{"c":","}] ', ' "a":"}" ']);
  expect(membersOf(text).map(nameOf)).toEqual(['a', 'b', 'a']);
  expect(membersOf('{ }').map(nameOf)).toEqual([null]);
});
