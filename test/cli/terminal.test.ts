import { expect, test } from 'vitest';
import { counted } from '../../src/cli/terminal.ts';

test('a number stands before a noun in the singular or the plural', () => {
  expect([0, 1, 2].map((number) => counted(number, 'update'))).toEqual(['0 updates', '1 update', '2 updates']);
});
