/** Turns a role claim into scopes. Providers put roles in different places and shapes. */

/** What a role may allow. `kyc:admin` includes `kyc:read`. */
export const SCOPES = ['kyc:read', 'kyc:admin'] as const;

/** What a role may allow. */
export type Scope = (typeof SCOPES)[number];

/** The most roles of one person that are looked at. */
const MAX_ROLES = 1_000;

/**
 * Reads `OIDC_ROLE_MAP`: `compliance=kyc:admin,support=kyc:read`. A role may contain spaces, `=` and commas, as the names of groups do:
 * an entry ends with `=` and a scope. Null when something else is in it, when it is empty, or when a role is named twice.
 */
export function readRoleMap(text: string): ReadonlyMap<string, Scope> | null {
  const map = new Map<string, Scope>();
  let rest = text.trim();
  while (rest !== '') {
    const [entry, role = '', scope] = /^(.*?)\s*=\s*(kyc:read|kyc:admin)\s*(?:,|$)\s*/.exec(rest) ?? [];
    // A scope in the middle is an entry that was not separated by a comma.
    if (entry === undefined || role === '' || role.includes('=kyc:') || map.has(role)) return null;
    map.set(role, scope as Scope);
    rest = rest.slice(entry.length);
  }
  return map.size === 0 ? null : map;
}

/**
 * The roles in `claims`. `path` is the name of a claim, or a path through objects: `realm_access.roles`. A name with dots in it, such as
 * `https://shop.example/roles`, is found as well. The claim is a string (one role, or several separated by spaces), or an array of
 * strings; everything else in it is left out.
 */
export function rolesIn(claims: Readonly<Record<string, unknown>>, path: string): readonly string[] {
  // Anybody can enter an address that is not theirs: it may carry a role only if the provider has verified it.
  if (path === 'email' && claims['email_verified'] !== true) return [];
  const claim = claimAt(claims, path.split('.'));
  if (typeof claim === 'string')
    return [...new Set([claim.trim(), ...claim.split(/\s+/)])].filter((role) => role !== '');
  if (!Array.isArray(claim)) return [];
  return claim.slice(0, MAX_ROLES).filter((role) => typeof role === 'string' && role !== '');
}

/** The scope that the roles have together: the greater one. Null: none has any. */
export function scopeOf(roles: readonly string[], map: ReadonlyMap<string, Scope>): Scope | null {
  const scopes = new Set(roles.map((role) => map.get(role)));
  if (scopes.has('kyc:admin')) return 'kyc:admin';
  return scopes.has('kyc:read') ? 'kyc:read' : null;
}

/** The longest name first: a key with dots wins over a path. */
function claimAt(value: unknown, parts: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  for (let length = parts.length; length > 0; length--) {
    const key = parts.slice(0, length).join('.');
    if (!Object.hasOwn(value, key)) continue;
    const held = (value as Record<string, unknown>)[key];
    const found = length === parts.length ? held : claimAt(held, parts.slice(length));
    if (found !== undefined) return found;
  }
  return undefined;
}
