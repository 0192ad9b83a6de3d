/**
 * An allow-list of URLs that this server may call because a client says so, and of the addresses that their hosts may have: what is
 * matched is what is called, and what is checked is what is connected to.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { invalidAddressRanges, isInRanges, parseAddressRanges } from './address-range.ts';

/** The longest URL that a client may name, in characters. */
const MAX_URL_LENGTH = 2_048;

/** What may be called. */
export interface AllowedUrls {
  /** Scheme, host, port and the first path segments. */
  readonly prefixes: readonly URL[];
  /** Private and loopback addresses that the hosts may have, whatever their names. */
  readonly ranges: ReturnType<typeof parseAddressRanges>;
}

/** The items that are neither a plain http(s) URL nor an address or a CIDR range. */
export function invalidAllowedUrls(items: readonly string[]): string[] {
  return invalidAddressRanges(items).filter((item) => plainUrl(item) === null);
}

/** Reads a list that has no invalid items: URL prefixes, and the addresses that their hosts may have. */
export function parseAllowedUrls(items: readonly string[]): AllowedUrls {
  const urls = invalidAddressRanges(items);
  return {
    prefixes: urls.flatMap((item) => plainUrl(item) ?? []),
    ranges: parseAddressRanges(items.filter((item) => !urls.includes(item))),
  };
}

/** The URL if it is in the list: the same scheme, host and port, below a path of the list. Null for everything else. */
export function allowedUrl(text: unknown, { prefixes }: AllowedUrls): URL | null {
  const url = typeof text === 'string' ? plainUrl(text) : null;
  if (url === null) return null;
  const isBelow = ({ pathname }: URL): boolean => `${url.pathname}/`.startsWith(pathname.replace(/\/*$/, '/'));
  return prefixes.some((prefix) => prefix.origin === url.origin && isBelow(prefix)) ? url : null;
}

const PARTS = /^https?:\/\/[^/?#\\@*\s]+(\/[^?#\\\s]*)?$/i;
/** What servers may decode to `.`, `/`, `\` or the end of a text. */
const DISGUISED = /%(?:2e|2f|5c|00)/i;

/** A URL of only a scheme, host, port and an unambiguous path. Null for any other text. */
function plainUrl(text: string): URL | null {
  const parts = text.length > MAX_URL_LENGTH ? null : PARTS.exec(text);
  if (parts === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  // `/a/../b` and the like have another path once they are parsed.
  const isAsWritten = url.pathname === (parts[1] ?? '/') && !DISGUISED.test(url.pathname);
  return isAsWritten ? url : null;
}

/** Cloud metadata addresses, which hand out credentials, in ranges that are otherwise allowed. */
const METADATA = parseAddressRanges([
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd20:ce::254',
]);

/** IPv4-compatible IPv6 (RFC 4291, 2.5.5.1), deprecated: another spelling of any IPv4 address. */
const IPV4_COMPATIBLE = parseAddressRanges(['::/96']);

/** Names that public DNS does not resolve. */
const INTERNAL_NAME = /^[^.]+$|\.(?:local|internal|intranet|private|corp|home|lan|localdomain|svc|test|home\.arpa)$/;

/**
 * Whether `hostname` may have this address. Public addresses are allowed. A private one needs an internal name (`router`,
 * `router.default.svc.cluster.local`), the address itself as host, or a range of the list; a loopback one needs `localhost`, itself, or a
 * range. Link-local, metadata, multicast, reserved and translated addresses are never allowed.
 */
export function mayHaveAddress(hostname: string, address: string, { ranges }: AllowedUrls): boolean {
  if (isIP(address) === 0 || isInRanges(address, METADATA)) return false;
  const isListed = isIP(hostname) > 0 || isInRanges(address, ranges);
  switch (ipaddr.process(address).range()) {
    case 'unicast':
      return !isInRanges(address, IPV4_COMPATIBLE);
    case 'loopback':
      return isListed || /(?:^|\.)localhost$/.test(hostname);
    case 'private':
    case 'uniqueLocal':
    case 'carrierGradeNat':
      return isListed || INTERNAL_NAME.test(hostname);
    default:
      return false;
  }
}
