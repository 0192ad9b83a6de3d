/** Lists of IP addresses and CIDR ranges, as settings have them. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** The items that are neither an address (`203.0.113.7`, `2001:db8::1`) nor a CIDR range (`10.0.0.0/8`). */
export function invalidAddressRanges(items: readonly string[]): string[] {
  return items.filter((item) => !isAddressRange(item));
}

/** Reads a list that has no invalid items. A bare address is a range of one. */
export function parseAddressRanges(items: readonly string[]): Range[] {
  return items.map((item) => ipaddr.parseCIDR(item.includes('/') ? item : `${item}/${isIP(item) === 6 ? 128 : 32}`));
}

/** Whether `address` is in one of the ranges. An IPv4 address mapped into IPv6 counts as IPv4. */
export function isInRanges(address: string, ranges: readonly Range[]): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  return ranges.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits));
}

function isAddressRange(item: string): boolean {
  // `isIP` first: ipaddr.js also reads octal and short forms, which are no addresses.
  const [address = '', bits, ...more] = item.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
}
