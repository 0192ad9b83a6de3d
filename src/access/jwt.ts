/** Verifies bearer tokens: from a JWT to a viewer. */

import { hash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { isCustomerId } from '../domain/kyc.ts';
import { KycError } from '../errors.ts';
import { currentTime } from '../schedule/clock.ts';
import { issuerKeys } from './issuer-keys.ts';
import type { Authenticate, Viewer } from './viewer.ts';

/** The secrets that tokens are signed with. */
export interface JwtSecrets {
  readonly secret: string;
  /** The previous secret, during rotation: tokens signed with it are accepted until they expire. */
  readonly previous?: string | undefined;
}

/** How tokens are verified: HS256 with a shared secret, or asymmetric algorithms with the issuer's keys. */
export interface JwtOptions {
  readonly key: JwtSecrets | { readonly jwksUrl: string };
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** The claim that holds the customer's ID, default `sub`. */
  readonly customerClaim?: string | undefined;
}

const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** RFC 7518, section 3.2: a key of HS256 is at least as long as its hash. */
const MIN_SECRET_BYTES = 32;
/** How far the clocks of the issuer and of this machine may differ, in seconds. */
const CLOCK_TOLERANCE_S = 5;
/** The last second of the year 9999. */
const MAX_EXP = 253_402_300_799;
const CACHE_MS = 60_000;
/** Memory for verified tokens, in bytes, and the size of one entry apart from its names (its key is the token's digest). */
const CACHE_BYTES = 2 * 1024 * 1024;
const BYTES_A_VIEWER = 700;

/** Verifies tokens, with secrets that can be replaced. */
export interface JwtAuthenticator {
  (...request: Parameters<Authenticate>): ReturnType<Authenticate>;
  /**
   * Replaces the secrets. A token that was signed with a removed secret is refused at once, whether it was
   * verified before or not. Throws a `TypeError`, and changes nothing, when a secret is too short or an issuer's keys are in use.
   */
  rotate(secrets: JwtSecrets): void;
}

/**
 * Makes the verifier. A verified token is cached for at most 60 seconds, and never beyond its `exp`. The cache holds digests of
 * tokens, so a heap dump shows no credentials. A digest takes 0.4 µs.
 */
export function jwtAuthenticator(options: JwtOptions): JwtAuthenticator {
  const viewers = new LRUCache<string, Viewer>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ subject, customerId, issuer }) =>
      BYTES_A_VIEWER + 2 * (subject.length + (customerId?.length ?? 0) + (issuer?.length ?? 0)),
    ttl: CACHE_MS,
  });
  let verify = verifier(options);

  const verifyToken = async (key: string, token: string): Promise<Viewer> => {
    try {
      const verifiedWith = verify;
      const viewer = viewerOf(await verify(token), token, options);
      // The secrets may have been replaced meanwhile.
      if (verify === verifiedWith) viewers.set(key, viewer);
      return viewer;
    } catch (cause) {
      if (cause instanceof KycError) throw cause;
      throw new KycError('UNAUTHENTICATED', 'The token is not valid or has expired. Send a fresh one.', { cause });
    }
  };

  const authenticate: Authenticate = ({ headers: { authorization } }) => {
    if (authorization === undefined || authorization === '') return null;
    const key = hash('sha256', authorization, 'base64');
    const cached = viewers.get(key);
    if (cached !== undefined && (cached.expiresAt ?? 0) > currentTime()) return cached;
    const token = /^Bearer +([^ ]+)$/i.exec(authorization)?.[1];
    if (token === undefined) {
      throw new KycError('UNAUTHENTICATED', 'The Authorization header must be "Bearer" and a token.');
    }
    return verifyToken(key, token);
  };
  const rotate = (secrets: JwtSecrets): void => {
    if (!('secret' in options.key))
      throw new TypeError("Tokens are verified with an issuer's keys: no secret to rotate.");
    verify = verifier({ ...options, key: secrets });
    viewers.clear();
  };
  return Object.assign(authenticate, { rotate });
}

function verifier({ key, issuer, audience }: JwtOptions): (token: string) => Promise<JWTPayload> {
  const expected = {
    requiredClaims: ['exp'],
    clockTolerance: CLOCK_TOLERANCE_S,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  if ('secret' in key) {
    const current = signingKey(key.secret, 'access.key.secret');
    const previous = key.previous === undefined ? null : signingKey(key.previous, 'access.key.previous');
    const options = { ...expected, algorithms: ['HS256'] };
    return async (token) => {
      try {
        return (await jwtVerify(token, current, dated(options))).payload;
      } catch (error) {
        if (previous === null || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
        return (await jwtVerify(token, previous, dated(options))).payload;
      }
    };
  }
  const keys = issuerKeys(new URL(key.jwksUrl));
  return async (token) => (await jwtVerify(token, keys, dated({ ...expected, algorithms: ASYMMETRIC }))).payload;
}

function dated<Options extends object>(options: Options): Options & { readonly currentDate: Date } {
  return { ...options, currentDate: new Date(currentTime()) };
}

/** The bytes of a secret. Throws a `TypeError` that names the option when it is missing or too short. */
function signingKey(secret: string, option: string): Uint8Array {
  if (typeof secret !== 'string' || secret === '') {
    throw new TypeError(`${option} is missing. Give the secret that signs your tokens, 32 bytes or more.`);
  }
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length >= MIN_SECRET_BYTES) return bytes;
  throw new TypeError(`${option} is too short: HS256 needs 32 bytes or more. Make one: openssl rand -base64 32`);
}

function viewerOf(claims: JWTPayload, token: string, { customerClaim = 'sub', issuer }: JwtOptions): Viewer {
  const scopes = new Set([claims['scope'], claims['scp'], claims['permissions']].flatMap(scopeWords));
  const customer = claims[customerClaim];
  const customerId = typeof customer === 'string' && isCustomerId(customer) ? customer : null;
  const mayAdmin = scopes.has('kyc:admin');
  return {
    subject: subjectOf(claims, customerId, token),
    ...(!isText(claims.sub) && { isNamed: false }),
    // With an `issuer` option every token has the same one.
    ...(issuer === undefined && isText(claims.iss) && { issuer: claims.iss }),
    customerId,
    mayRead: mayAdmin || scopes.has('kyc:read'),
    mayAdmin,
    // The token is accepted until then; an `exp` that is too large for a number means never.
    expiresAt: Math.min((claims.exp as number) + CLOCK_TOLERANCE_S, MAX_EXP) * 1_000,
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
