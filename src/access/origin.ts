/** Which web pages may use credentials that a browser adds automatically. */
import type { IncomingHttpHeaders } from 'node:http';

/** What decides whether a request's `Origin` matters. */
export interface OriginPolicy {
  /** Origins, such as `https://shop.example`, that may use this gateway besides its own. `*` allows any, but not for cookies. */
  readonly allowedOrigins: readonly string[];
  /** The owner's own `authenticate` may read anything that a browser sends automatically: then every `Origin` is checked. */
  readonly customAuthenticate: boolean;
  /** Also allow pages on this machine (`localhost`, `127.0.0.1`, `[::1]`, any port), for development. Default false. */
  readonly allowLoopback?: boolean;
  /** Called with an origin that is refused. */
  readonly onRefused?: ((origin: string) => void) | undefined;
}

/**
 * Whether a request's `Origin` allows it to be served. A browser sends cookies, client certificates and Basic
 * credentials with requests of any page; the page's origin distinguishes our own pages from others. Checked on WebSocket
 * upgrades, event streams by GET, and mutations over HTTP. A request without `Origin` is not from a page of another site.
 */
export function isOriginAllowed(headers: IncomingHttpHeaders, policy: OriginPolicy): boolean {
  const { origin, host, cookie } = headers;
  if (origin === undefined || (cookie === undefined && !policy.customAuthenticate)) return true;
  if (isOwnOrigin(origin, host) || isListedOrigin(origin, policy)) return true;
  policy.onRefused?.(origin);
  return false;
}

/** The origin of an application's web view, whose scheme browsers don't know: `capacitor://localhost`. */
const OTHER_SCHEME = /^(?!https?:)[a-z][a-z\d+.-]*:\/\/[^/?#@\s\p{Lu}*]+$/u;

/** Whether a text is an origin as browsers send it: no path, no default port, in lower case. */
export function isOrigin(text: string): boolean {
  return (URL.canParse(text) && new URL(text).origin === text) || OTHER_SCHEME.test(text);
}

/** Whether an origin is one of those that the owner allows. */
export function isListedOrigin(origin: string, { allowedOrigins, allowLoopback }: OriginPolicy): boolean {
  return allowedOrigins.includes(origin) || (allowLoopback === true && LOOPBACK_ORIGIN.test(origin));
}

/** Pages that a developer serves from this machine. */
export const LOOPBACK_ORIGIN = /^https?:\/\/(?:[\w-]+\.)*(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/** Whether `origin` is on the host that the request was sent to. */
export function isOwnOrigin(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  // `Host` leaves out the default port, and so does `URL.host`; a proxy may add it.
  const own = URL.canParse(`${url.protocol}//${host}`) ? new URL(`${url.protocol}//${host}`) : null;
  return own !== null && url.host !== '' && own.host === url.host;
}
