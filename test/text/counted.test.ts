import { expect, test } from 'vitest';
import { counted } from '../../src/text/counted.ts';

test('a number stands before a noun in the singular or the plural', () => {
  expect([0, 1, 2].map((count) => counted(count, 'update'))).toEqual(['0 updates', '1 update', '2 updates']);
  expect([1, 2].map((count) => counted(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries']);
});
