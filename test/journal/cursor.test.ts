import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CURSOR_KEY_BYTES, cursorCodec, namesDigest } from '../../src/journal/cursor.ts';

const codec = cursorCodec(randomBytes(CURSOR_KEY_BYTES));
const digests = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('a cursor comes back as the place that it names', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), digests, (position, digest) => {
      const place = codec.decode(codec.encode({ position, digest }));
      expect(place?.position).toBe(position);
      expect(place !== null && namesDigest(place, digest)).toBe(true);
    }),
  );
});

test('with the key of another journal it names another place', () => {
  const other = cursorCodec(randomBytes(CURSOR_KEY_BYTES));
  const digest = randomBytes(32);
  const place = other.decode(codec.encode({ position: 1, digest }));
  expect(place !== null && place.position === 1 && namesDigest(place, digest)).toBe(false);
});

test('other text is no cursor', () => {
  fc.assert(fc.property(fc.string(), (text) => codec.decode(text) === null));
});
