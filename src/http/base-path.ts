/** Path prefixes: what a proxy puts before this server's paths. Requests arrive with or without it; links include it. */
import type { IncomingMessage } from 'node:http';

/** Whether `path` is one or more plain segments: `/kyc`, `/shop/kyc`. Nothing that a proxy or browser would read in another way. */
export function isPlainPath(path: string): boolean {
  return /^(?:\/[\w.~-]+)+$/.test(path) && !path.split('/').some((part) => part === '.' || part === '..');
}

/** `url` without `base` in front, if it is there as whole segments, in any case; `base` is plain, or empty. */
export function withoutBasePath(url: string, base: string): string {
  if (base === '' || url.slice(0, base.length).toLowerCase() !== base.toLowerCase()) return url;
  const rest = url.slice(base.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : url;
}

/** Express' `trust proxy fn`: whether the address of this hop, 0 the nearest, is a trusted proxy's. */
export type TrustProxy = (address: string, hop: number) => boolean;

/** An Express request, as far as its public paths depend on it. */
export interface PrefixedRequest extends Pick<IncomingMessage, 'headers' | 'socket'> {
  readonly app: { get(setting: string): unknown };
}

const MAX_LENGTH = 256;

/**
 * The prefix of links in an answer: `X-Forwarded-Prefix` from a trusted proxy, else `base`. Each trusted proxy may have added one
 * value; values before those came from the client and are ignored, as is anything that is not a plain path.
 */
export function publicPrefix(request: PrefixedRequest, base = ''): string {
  const given = request.headers['x-forwarded-prefix'];
  if (given === undefined) return base;
  const hops = trustedHops(request);
  if (hops === 0) return base;
  const values = String(given).split(',').slice(-hops);
  const prefix = values.map((value) => value.trim().replace(/\/+$/, '')).join('');
  return prefix.length <= MAX_LENGTH && isPlainPath(prefix) ? prefix : base;
}

function trustedHops({ app, headers, socket }: PrefixedRequest): number {
  const trusts = app.get('trust proxy fn') as TrustProxy | undefined;
  if (trusts === undefined) return 0;
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
  const addresses = [socket.remoteAddress ?? '', ...forwarded.reverse().map((address) => address.trim())];
  const first = addresses.findIndex((address, hop) => !trusts(address, hop));
  return first === -1 ? addresses.length : first;
}
