/** Who is it? From a bearer token to a viewer. */
import { hash } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { KycError } from '../errors.ts';
import type { Authenticate, Viewer } from './viewer.ts';

/** How tokens are verified: HS256 with a shared secret, or asymmetric algorithms with the issuer's keys. */
export interface JwtOptions {
  readonly key: { readonly secret: string } | { readonly jwksUrl: string };
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** The claim that holds the customer's ID, default `sub`. */
  readonly customerClaim?: string | undefined;
}

const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** What is wrong with a token whose issuer has answered. */
const NOT_AMONG_KEYS = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];
/** RFC 7518, section 3.2: a key of HS256 is at least as long as its hash. */
const MIN_SECRET_BYTES = 32;
const CACHE_MS = 60_000;
/** A cached token is half a KiB. */
const CACHED_TOKENS = 4_000;

/** Makes the verifier. What it has verified it believes for at most 60 seconds, and never beyond `exp`. */
export function jwtAuthenticator(options: JwtOptions): Authenticate {
  const viewers = new LRUCache<string, Viewer>({ max: CACHED_TOKENS, ttl: CACHE_MS });
  const verify = verifier(options);

  const verifyToken = async (authorization: string, token: string): Promise<Viewer> => {
    try {
      const viewer = viewerOf(await verify(token), options.customerClaim ?? 'sub', token);
      viewers.set(authorization, viewer);
      return viewer;
    } catch (cause) {
      if (cause instanceof KycError) throw cause;
      throw new KycError('UNAUTHENTICATED', 'The token is not valid, or no longer. Send a fresh one.', { cause });
    }
  };

  return ({ headers: { authorization } }) => {
    if (authorization === undefined || authorization === '') return null;
    const cached = viewers.get(authorization);
    if (cached !== undefined && (cached.expiresAt ?? 0) > Date.now()) return cached;
    const token = /^Bearer +([^ ]+)$/i.exec(authorization)?.[1];
    if (token === undefined) {
      throw new KycError('UNAUTHENTICATED', 'The Authorization header should be "Bearer" and a token.');
    }
    return verifyToken(authorization, token);
  };
}

function verifier({ key, issuer, audience }: JwtOptions): (token: string) => Promise<JWTPayload> {
  const expected = {
    requiredClaims: ['exp'],
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  if ('secret' in key) {
    if (typeof key.secret !== 'string' || key.secret === '') {
      throw new TypeError('access.key.secret is missing. Give the secret that signs your tokens, 32 bytes or more.');
    }
    const secret = new TextEncoder().encode(key.secret);
    if (secret.length < MIN_SECRET_BYTES) {
      throw new TypeError(
        'access.key.secret is too short: HS256 needs 32 bytes or more. Make one: openssl rand -base64 32',
      );
    }
    return async (token) => (await jwtVerify(token, secret, { ...expected, algorithms: ['HS256'] })).payload;
  }
  const keys = issuerKeys(new URL(key.jwksUrl));
  return async (token) => (await jwtVerify(token, keys, { ...expected, algorithms: ASYMMETRIC })).payload;
}

/**
 * The issuer's keys, kept for ten minutes. That they can't be had says nothing of a token: its bearer should come back with the
 * same.
 */
function issuerKeys(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url);
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (cause) {
      if (NOT_AMONG_KEYS.some((kind) => cause instanceof kind)) throw cause;
      const message = 'Nobody can be let in for now: the keys of whoever issues tokens cannot be had. Try again.';
      throw new KycError('AUTHENTICATION_UNAVAILABLE', message, { cause });
    }
  };
}

function viewerOf(claims: JWTPayload, customerClaim: string, token: string): Viewer {
  const scopes = new Set([claims['scope'], claims['scp'], claims['permissions']].flatMap(scopeWords));
  const customer = claims[customerClaim];
  const customerId = typeof customer === 'string' && customer !== '' ? customer : null;
  const mayAdmin = scopes.has('kyc:admin');
  return {
    subject: subjectOf(claims, customerId, token),
    customerId,
    mayRead: mayAdmin || scopes.has('kyc:read'),
    mayAdmin,
    expiresAt: (claims.exp as number) * 1_000,
  };
}

/**
 * Who a token belongs to: the unit of quotas and of the audit. Service tokens often have no `sub`: then their client, then the
 * token itself, so that two services never share a name.
 */
function subjectOf(claims: JWTPayload, customerId: string | null, token: string): string {
  for (const subject of [claims.sub, customerId]) if (isText(subject)) return subject;
  for (const claim of ['client_id', 'azp', 'cid', 'appid']) {
    const client = claims[claim];
    if (isText(client)) return `client:${client}`;
  }
  if (isText(claims.jti)) return `token:${claims.jti}`;
  return `token:${hash('sha256', token, 'base64url').slice(0, 16)}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function scopeWords(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}
