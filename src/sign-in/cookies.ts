/** The cookies of a sign-in: their names, how they are read, and how they are set. */

/** The largest value that is set, in characters: with its name and attributes a browser keeps 4,096 bytes. */
export const MAX_COOKIE_LENGTH = 3_800;
/** The largest `Cookie` header that is read, in characters. Node refuses requests whose headers are larger than this. */
const MAX_HEADER_LENGTH = 16 * 1024;
const MAX_AGE_S = 12 * 60 * 60;

/** Makes and reads the cookies of one server. */
export interface CookieJar {
  readonly session: string;
  readonly renewal: string;
  /** The name for an attempt. `id` is of letters, digits, `-` and `_`. */
  attempt(id: string): string;
  /** `Set-Cookie` for a value. `maxAgeMs`: default, it ends with the browser. */
  set(name: string, value: string, maxAgeMs?: number): string;
  /** `Set-Cookie` that removes one. */
  clear(name: string): string;
}

/**
 * The cookies for pages at `publicUrl`. Over https they are `__Host-` cookies: only this host can set them, and only over https. Plain
 * http, which settings allow on loopback alone, has neither the prefix nor `Secure`: not every browser keeps such cookies there.
 */
export function cookieJar(publicUrl: string): CookieJar {
  const isSecure = new URL(publicUrl).protocol === 'https:';
  const prefix = `${isSecure ? '__Host-' : ''}xgateway-kyc-`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    session: `${prefix}session`,
    renewal: `${prefix}renewal`,
    attempt: (id) => `${prefix}sign-in-${id}`,
    set: (name, value, maxAgeMs) => {
      const age = maxAgeMs === undefined ? '' : `; Max-Age=${Math.min(MAX_AGE_S, Math.ceil(maxAgeMs / 1_000))}`;
      return `${name}=${value}; ${attributes}${age}`;
    },
    clear: (name) => `${name}=; ${attributes}; Max-Age=0`,
  };
}

/**
 * The cookies of a header whose names begin with `prefix`. Of two with one name the first counts, as in every browser the one with the
 * longer path comes first; ours all have the same.
 */
export function readCookies(header: string | undefined, prefix: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (header === undefined || header.length > MAX_HEADER_LENGTH || !header.includes(prefix)) return found;
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at === -1) continue;
    const name = part.slice(0, at).trim();
    if (name.startsWith(prefix) && !found.has(name)) found.set(name, part.slice(at + 1).trim());
  }
  return found;
}
