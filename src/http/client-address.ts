/** The address that a request came from, as one form per address. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * An IP address without its port, brackets or quotes (`203.0.113.7:50123` and `"[2001:db8::1]:443"`, as some proxies write it). Text
 * that is no address, octal and short IPv4 forms included, comes back unchanged.
 */
export function normalizeAddress(text: string): string {
  if (isIP(text) > 0) return text;
  const bare = text.trim().replace(/^"(.*)"$/, '$1');
  if (isIP(bare) > 0) return bare;
  const inner = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(bare)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(bare)?.[1];
  return inner !== undefined && isIP(inner) > 0 ? inner : text;
}

/** The addresses of an `X-Forwarded-For` that count: the last ones, which the nearest proxies wrote. A header has room for 16,000 commas. */
const MAX_HOPS = 100;

/**
 * Normalises each address in the request's `X-Forwarded-For`. What is no address becomes `unknown`: a library that also reads octal
 * and short forms can't take it for a trusted proxy then.
 */
export function normalizeForwardedFor(request: Pick<IncomingMessage, 'headers'>): void {
  const given = request.headers['x-forwarded-for'];
  if (given === undefined) return;
  const list = Array.isArray(given) ? given.join(',') : given;
  request.headers['x-forwarded-for'] = list
    .split(',')
    .slice(-MAX_HOPS)
    .map((item) => normalizeAddress(item.trim()))
    .map((address) => (isIP(address) > 0 ? address : 'unknown'))
    .join(', ');
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

/** `unknown` and the like; text that a sender chose must not fill memory. */
const MAX_SENDER_LENGTH = 64;
