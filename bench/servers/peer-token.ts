/** How the peers verify a token: with jose, and with `TOKEN_CACHE` also with a cache like ours, for at most 60 seconds. */
import { type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';

const key = new TextEncoder().encode(process.env['JWT_SECRET']);
const expected = { algorithms: ['HS256'], issuer: 'bench', audience: 'bench', requiredClaims: ['exp'] };
const cache =
  process.env['TOKEN_CACHE'] === '1' ? new LRUCache<string, JWTPayload>({ max: 10_000, ttl: 60_000 }) : null;

/** The claims of a bearer token. Rejects when it is not valid. */
export async function claimsOf(authorization: string | undefined): Promise<JWTPayload> {
  const token = authorization?.slice('Bearer '.length) ?? '';
  const known = cache?.get(token);
  if (known !== undefined) return known;
  const { payload } = await jwtVerify(token, key, expected);
  cache?.set(token, payload);
  return payload;
}

/** Throws unless a token with these claims may read every customer. */
export function requireReader(claims: JWTPayload): void {
  if (!String(claims['scope']).split(' ').includes('kyc:read')) throw new Error('Forbidden');
}
