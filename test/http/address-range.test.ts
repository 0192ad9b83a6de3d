import { expect, test } from 'vitest';
import { invalidAddressRanges, isInRanges, parseAddressRanges } from '../../src/http/address-range.ts';

test('addresses and CIDR ranges are valid; octal and short forms, and what has too many bits, are not', () => {
  const valid = ['203.0.113.7', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', '::ffff:10.0.0.1', '1.2.3.4/32'];
  expect(invalidAddressRanges(valid)).toEqual([]);
  const invalid = [
    '010.0.0.1',
    '10.1',
    '10.0/8',
    '167772161',
    '0x7f.1',
    '1.2.3.4/33',
    '::1/129',
    '1.2.3.4/',
    '1.2.3.4/8/8',
    'a',
    '',
  ];
  expect(invalidAddressRanges([...valid, ...invalid])).toEqual(invalid);
});

test('an address is in a range of its own family, and in the range that is the address itself', () => {
  const ranges = parseAddressRanges(['203.0.113.7', '10.0.0.0/8', '2001:db8::7', 'fd00::/8']);
  for (const inside of ['203.0.113.7', '10.255.0.1', '::ffff:10.0.0.1', '2001:db8::7', 'fdff::1']) {
    expect([inside, isInRanges(inside, ranges)]).toEqual([inside, true]);
  }
  for (const outside of ['203.0.113.8', '11.0.0.1', '2001:db8::8', 'fc00::1', '010.0.0.1', '10.1', '', 'a']) {
    expect([outside, isInRanges(outside, ranges)]).toEqual([outside, false]);
  }
});
