import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutMember, writeDeepJson } from '../../src/callback/deep-json.ts';

test.each([
  ['{"hash":"h","a":1.00}', '{"a":1.00}'],
  ['{"a":1.00,"hash":"h"}', '{"a":1.00}'],
  ['\n{ "a" : [ {"hash":"inner"} ] , "hash" : "h" , "b":{"c":"}"} }', '{ "a" : [ {"hash":"inner"} ] , "b":{"c":"}"} }'],
  ['{"\\u0068ash":"h","a":"\\"hash\\":\\\\"}', '{"a":"\\"hash\\":\\\\"}'],
  ['{"hash":{"x":["h",","]},"hash":"h","a":"hash"}', '{"a":"hash"}'],
  ['{"hash":"h"}', '{}'],
  ['{}', '{}'],
])('%s without its hash', (text, expected) => {
  expect(withoutMember(text, 'hash')).toBe(expected);
});

test('any object loses the member, and keeps the others as they were', () => {
  const member = fc.tuple(fc.oneof(fc.constant('hash'), fc.string()), fc.jsonValue());
  fc.assert(
    fc.property(fc.array(member), fc.constantFrom(undefined, 1), (members, indent) => {
      const { hash: _, ...rest } = Object.fromEntries(members) as Record<string, unknown>;
      const text = JSON.stringify(Object.fromEntries(members), null, indent);
      expect(JSON.parse(withoutMember(text, 'hash'))).toEqual(JSON.parse(JSON.stringify(rest)));
    }),
  );
});

test('any value is written as JSON.stringify writes it, and one of 30,000 levels too', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(writeDeepJson(value)).toBe(JSON.stringify(value));
    }),
  );
  for (const deep of [
    `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  ]) {
    expect(writeDeepJson(JSON.parse(deep))).toBe(deep);
    expect(withoutMember(`{"hash":"h","deep":${deep}}`, 'hash')).toBe(`{"deep":${deep}}`);
  }
});
