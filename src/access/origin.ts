/** Which web pages may use credentials that a browser adds automatically. */
import type { IncomingHttpHeaders } from 'node:http';

/** What decides whether a request's `Origin` matters. */
export interface OriginPolicy {
  /** Origins, such as `https://shop.example`, that may use this gateway besides its own. `*` allows any, but not for cookies. */
  readonly allowedOrigins: readonly string[];
  /** The owner's own `authenticate` may read anything that a browser sends automatically: then every `Origin` is checked. */
  readonly customAuthenticate: boolean;
}

/**
 * Whether a request may be served as far as its `Origin` goes. A browser sends cookies, client certificates and Basic
 * credentials with requests of any page; the page's origin distinguishes our own pages from others. Checked on WebSocket
 * upgrades, event streams by GET, and mutations over HTTP. A request without `Origin` is not from a page of another site.
 */
export function isOriginAllowed(headers: IncomingHttpHeaders, policy: OriginPolicy): boolean {
  const { origin, host, cookie } = headers;
  if (origin === undefined || (cookie === undefined && !policy.customAuthenticate)) return true;
  return isOwnOrigin(origin, host) || policy.allowedOrigins.includes(origin);
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  // `Host` leaves out the default port, and so does `URL.host`; a proxy may add it.
  const own = URL.canParse(`${url.protocol}//${host}`) ? new URL(`${url.protocol}//${host}`) : null;
  return own !== null && url.host !== '' && own.host === url.host;
}
