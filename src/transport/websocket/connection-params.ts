/** The token in a `connection_init`, under any usual spelling. */

/** Spellings without case, `-` and `_`, in order of preference. */
const NAMES = ['authorization', 'authtoken', 'accesstoken', 'token'] as const;

/**
 * The value of the `Authorization` header in `connectionParams`: `authorization` in any case, the same in `headers`,
 * `authToken`, `accessToken` or `token`, with or without `Bearer`. Undefined when there is no token.
 */
export function authorizationIn(connectionParams: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (connectionParams === undefined) return undefined;
  return tokenIn(connectionParams) ?? tokenIn(nested(connectionParams));
}

/** The header itself, unless it is empty. */
export function authorizationHeader(header: string | undefined): string | undefined {
  return header === undefined ? undefined : normalized(header);
}

function tokenIn(params: Readonly<Record<string, unknown>>): string | undefined {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(params)) {
    const authorization = typeof value === 'string' ? normalized(value) : undefined;
    const plain = name.toLowerCase().replace(/[-_]/g, '');
    if (authorization !== undefined && !found.has(plain)) found.set(plain, authorization);
  }
  for (const name of NAMES) {
    const authorization = found.get(name);
    if (authorization !== undefined) return authorization;
  }
  return undefined;
}

function nested(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const [name, value] of Object.entries(params)) {
    if (name.toLowerCase() === 'headers' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  }
  return {};
}

/** `Bearer <token>` for a bare token; what has a scheme stays as it is; undefined for an empty one. */
function normalized(value: string): string | undefined {
  const text = value.trim();
  if (text === '' || /^bearer$/i.test(text)) return undefined;
  return text.includes(' ') ? text : `Bearer ${text}`;
}
