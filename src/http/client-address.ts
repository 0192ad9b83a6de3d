/** The address that a request came from, in one form per address. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isInRanges, parseAddressRanges } from './address-range.ts';

/** A request, or what an owner passes for one. `ip`: what Express found. */
export interface AddressedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly ip?: string | undefined;
  readonly socket?: { readonly remoteAddress?: string | undefined } | undefined;
}

/** The proxies whose `X-Forwarded-For` is believed: how many hops, or their addresses and CIDR ranges. */
export type TrustProxy = number | readonly string[];

/**
 * Makes the function that finds the address that a request came from; it returns an empty string if there is none.
 * @param trustProxy without it, Express' own setting decides, and without Express no proxy is trusted.
 */
export function addressReader(trustProxy?: TrustProxy | false): (request: AddressedRequest) => string {
  if (trustProxy === undefined || trustProxy === false) {
    return (request) => {
      // Before reading `ip`, which Express computes from the header.
      normalizeForwardedFor(request);
      return normalizeAddress(request.ip ?? request.socket?.remoteAddress ?? '');
    };
  }
  const isTrusted = trustOf(trustProxy);
  return (request) => {
    normalizeForwardedFor(request);
    let address = normalizeAddress(request.socket?.remoteAddress ?? '');
    const forwarded = request.headers['x-forwarded-for'];
    if (forwarded === undefined) return address;
    const hops = String(forwarded).split(', ').reverse();
    for (let hop = 0; hop < hops.length && isTrusted(address, hop); hop++) address = hops[hop] as string;
    return address;
  };
}

function trustOf(trustProxy: TrustProxy): (address: string, hop: number) => boolean {
  if (typeof trustProxy === 'number') return (_address, hop) => hop < trustProxy;
  const ranges = parseAddressRanges(trustProxy);
  return (address) => isInRanges(address, ranges);
}

/** The last address that was looked at and is one. Requests of one sender come close together, and the check takes 0.2 µs. */
let lastAddress: string | null = null;

/**
 * An IP address without its port, brackets or quotes (`203.0.113.7:50123` and `"[2001:db8::1]:443"`, as some proxies write it). Text
 * that is not an address, octal and short IPv4 forms included, comes back unchanged.
 */
export function normalizeAddress(text: string): string {
  if (text === lastAddress) return text;
  if (isIP(text) > 0) {
    lastAddress = text;
    return text;
  }
  const bare = text.trim().replace(/^"(.*)"$/, '$1');
  if (isIP(bare) > 0) return bare;
  const inner = /^\[([^\]]+)\](?::\d{0,5})?$/.exec(bare)?.[1] ?? /^([\d.]+):\d{0,5}$/.exec(bare)?.[1];
  return inner !== undefined && isIP(inner) > 0 ? inner : text;
}

/** The addresses of an `X-Forwarded-For` that count: the last ones, which the nearest proxies wrote. A header has room for 16,000 commas. */
const MAX_HOPS = 100;

/**
 * Normalises each address in the request's `X-Forwarded-For`. Anything else becomes `unknown`: a library that also reads octal
 * and short forms then can't mistake it for a trusted proxy. Empty entries, such as a trailing comma leaves, are dropped.
 */
export function normalizeForwardedFor(request: Pick<AddressedRequest, 'headers'>): void {
  const given = request.headers['x-forwarded-for'];
  if (given === undefined) return;
  const list = Array.isArray(given) ? given.join(',') : given;
  const addresses = list
    .split(',')
    .filter((item) => item.trim() !== '')
    .slice(-MAX_HOPS)
    .map((item) => normalizeAddress(item.trim()))
    .map((address) => (isIP(address) > 0 ? address : 'unknown'));
  if (addresses.length > 0) request.headers['x-forwarded-for'] = addresses.join(', ');
  else delete request.headers['x-forwarded-for'];
}

/**
 * Who sent a request, for counting: the address, and of IPv6 the /64, because one network holds all of it. An IPv4 address mapped into
 * IPv6 counts as IPv4.
 */
export function senderOf(address: string): string {
  if (!address.includes(':') || isIP(address) === 0) return address.slice(0, MAX_SENDER_LENGTH);
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : parsed.toString();
}

/** `unknown` and the like, cut short: text from a sender must not fill memory. */
const MAX_SENDER_LENGTH = 64;
