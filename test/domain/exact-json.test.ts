import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyJson, parseExactJson } from '../../src/domain/exact-json.ts';

const roundTrip = (text: string) => JSON.stringify(parseExactJson(text));

test.each([
  '{"a":12345678901234567890,"b":1.0,"c":1.10,"d":-0,"e":1e400,"f":1E+2,"g":0.1}',
  '{"__proto__":{"x":1.0},"constructor":{"prototype":2.50}}',
  '[[[1.0],{"a":[2.00]}]]',
  '1.000',
  '{"1.0":"2.0","a\\":3.0":"\\\\","b":4.0,"c":"\\",5.0"}',
])('%s is written as it was read', (text) => {
  expect(roundTrip(text)).toBe(text);
});

test('numbers that survive a round trip stay numbers', () => {
  expect(parseExactJson('{"a":1,"b":-2.5,"c":1e21}')).toEqual({ a: 1, b: -2.5, c: parseExactJson('1e21') });
  expect(parseExactJson('7')).toBe(7);
});

test('of a repeated key the last value counts, with its own digits', () => {
  expect(roundTrip('{"a":1.0,"a":2.00}')).toBe('{"a":2.00}');
  expect(roundTrip('{"a":1.0,"a":"x"}')).toBe('{"a":"x"}');
});

test('every JSON value is read as JSON.parse reads it, as far as numbers round', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(roundTrip(text))).toEqual(JSON.parse(text));
    }),
  );
});

test('a copy says the same, digit by digit, and shares nothing that can be changed', () => {
  const shared = (one: unknown, other: unknown): boolean => {
    if (typeof one !== 'object' || one === null) return false;
    if (one === other && !Object.isFrozen(one)) return true;
    const values = Object.entries(other as object);
    return Object.entries(one).some(
      ([name, value], index) => name !== values[index]?.[0] || shared(value, values[index][1]),
    );
  };
  const check = (text: string) => {
    const value = parseExactJson(text);
    const copy = copyJson(value);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
    expect(shared(value, copy)).toBe(false);
  };
  check('{"a":{"b":[1.0,{"c":12345678901234567890}]},"__proto__":{"__proto__":{"d":1}}}');
  fc.assert(fc.property(fc.json(), check));
});

test('64 KiB of numbers are read faster than with a reviver', () => {
  const text = `[${Array(15_000).fill('1.0').join()}]`;
  // The best of ten: other processes share the machine.
  const best = (read: () => unknown) => {
    const times = Array.from({ length: 10 }, () => {
      const startedAt = performance.now();
      read();
      return performance.now() - startedAt;
    });
    return Math.min(...times);
  };
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };
  const reviver = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && String(value) !== context?.source ? rawJSON(String(context?.source)) : value;
  expect(best(() => parseExactJson(text))).toBeLessThan(best(() => JSON.parse(text, reviver) as unknown));
});
