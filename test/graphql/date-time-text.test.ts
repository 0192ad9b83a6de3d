import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateTimeText } from '../../src/graphql/date-time-text.ts';

const MAX = 8_640_000_000_000_000;

test('a time is written as Date writes it, whichever day was written before', () => {
  const time = fc.oneof(
    fc.integer({ min: -MAX, max: MAX }),
    fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 5 }), (times) => {
      for (const each of times) expect(dateTimeText(each)).toBe(new Date(each).toISOString());
    }),
    { numRuns: 500 },
  );
});

test('the ends of days, years and of all time are written as Date writes them', () => {
  const ends = [
    0,
    -1,
    86_399_999,
    86_400_000,
    951_782_399_999,
    951_782_400_000,
    253_402_300_799_999,
    253_402_300_800_000,
    MAX,
    -MAX,
  ];
  for (const each of ends) expect(dateTimeText(each)).toBe(new Date(each).toISOString());
});

test('what is no time throws what Date throws, and the next time is right', () => {
  expect(dateTimeText(MAX)).toBe('+275760-09-13T00:00:00.000Z');
  const given = [Number.NaN, Number.POSITIVE_INFINITY, MAX + 1, -MAX - 1, undefined as never];
  for (const each of given) expect(() => dateTimeText(each)).toThrow(new RangeError('Invalid time value'));
  expect(dateTimeText(1_700_000_000_001)).toBe('2023-11-14T22:13:20.001Z');
  // A resolver of an application's own may give these.
  for (const other of [new Date(5), '2024', '2024-05-06T07:08:09Z'])
    expect(dateTimeText(other as never)).toBe(new Date(other).toISOString());
});
