import { expect, test } from 'vitest';
import { checkSecrets } from '../../src/xgateway/callback-hash.ts';

test.each([
  ['no current secret', { current: undefined as never }, /secrets.current is missing/],
  ['an empty current secret', { current: '' }, /secrets.current is missing/],
  ['an empty previous secret', { current: 'a', previous: '' }, /secrets.previous is empty/],
  ['a current secret that ends with "." and the previous', { current: 'x.key', previous: 'key' }, /ambiguous/],
  ['a previous secret that ends with "." and the current', { current: 'key', previous: 'x.y.key' }, /ambiguous/],
  ['the same with nothing before the "."', { current: '.key', previous: 'key' }, /ambiguous/],
])('%s is refused', (_name, secrets, message) => {
  expect(() => checkSecrets(secrets)).toThrow(message);
});

test.each([
  { current: 'a.b' },
  { current: 'key', previous: 'xkey' },
  { current: 'key.', previous: 'key' },
  { current: 'same', previous: 'same' },
])('%j is accepted', (secrets) => {
  expect(() => checkSecrets(secrets)).not.toThrow();
});
