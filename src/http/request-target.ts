/** What a request asks for, as its first line says it. */

/**
 * A request target as a path. Proxies and some clients send the absolute form, `POST http://host/path`, which every server has to
 * accept (RFC 9112, 3.2.2); the host in it says nothing that we need.
 */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  // `*`, and the `host:port` of CONNECT, are no paths.
  return path === target || path.startsWith('/') ? path : `/${path}`;
}
