import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idRange } from '../../src/journal/customer-selection.ts';

test('the range of a prefix holds what begins with it by code point, and nothing else', () => {
  const character = fc.constantFrom(
    'a',
    'A',
    'b',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{10ffff}',
    'é',
    '_',
    '%',
  );
  const text = fc.array(character, { maxLength: 3 }).map((characters) => characters.join(''));
  const bytes = (value: string) => Buffer.from(value);
  fc.assert(
    fc.property(text, text, (prefix, id) => {
      const [from, to] = idRange(prefix);
      const isWithin = Buffer.compare(bytes(id), bytes(from)) >= 0 && Buffer.compare(bytes(id), bytes(to)) < 0;
      expect(isWithin).toBe([...id].slice(0, [...prefix].length).join('') === prefix);
    }),
    { numRuns: 2_000 },
  );
});
