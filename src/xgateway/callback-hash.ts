/** XGateway's proof: base64 of the SHA-512 digest of `{customerId}.{secretKey}`, UTF-8. */
import { hash, timingSafeEqual } from 'node:crypto';

/** The secrets that a callback may be signed with. */
export interface CallbackSecrets {
  readonly current: string;
  /** The previous secret, during rotation. */
  readonly previous?: string | undefined;
}

/** The secret that a hash matched, or null. */
export type MatchedSecret = 'current' | 'previous' | null;

/**
 * Throws a `TypeError` when a secret is missing or empty (anyone could compute the hash of `{customerId}.undefined`), or when one secret
 * ends with "." and the other: the hash of the customer `a` with `b.secret` is then also that of the customer `a.b` with `secret`.
 */
export function checkSecrets({ current, previous }: CallbackSecrets): void {
  if (typeof current !== 'string' || current === '') {
    throw new TypeError('secrets.current is missing. Give the secret key of your XGateway account.');
  }
  if (previous !== undefined && (typeof previous !== 'string' || previous === '')) {
    throw new TypeError('secrets.previous is empty. Give the previous secret key, or leave it undefined.');
  }
  if (previous !== undefined && (current.endsWith(`.${previous}`) || previous.endsWith(`.${current}`))) {
    throw new TypeError(
      'secrets.current and secrets.previous are ambiguous: one ends with "." and the other, so a hash for one customer would also ' +
        'prove another. Leave secrets.previous undefined, or rotate to a secret without this ending.',
    );
  }
  if (areAmbiguous({ current, previous })) {
    throw new TypeError(
      'secrets.current and secrets.previous are ambiguous: one ends with "." and the other, so one hash would fit two customers. Rotate to a key without that ending.',
    );
  }
}

/**
 * Whether one secret is `<text>.<other secret>`: the hash of customer `c` with the longer one is then the hash of customer
 * `c.<text>` with the shorter one.
 */
export function areAmbiguous({ current, previous }: CallbackSecrets): boolean {
  return previous !== undefined && (current.endsWith(`.${previous}`) || previous.endsWith(`.${current}`));
}

/** The hash that XGateway sends for a customer. */
export function callbackHash(customerId: string, secret: string): string {
  return hash('sha512', `${customerId}.${secret}`, 'base64');
}

/**
 * Says which secret made `given`. Both hashes are always computed and compared in constant time, so that the time an
 * answer takes reveals neither how much of a hash is right nor whether a secret is being rotated.
 */
export function matchSecret(customerId: string, given: string, secrets: CallbackSecrets): MatchedSecret {
  const isCurrent = isSame(callbackHash(customerId, secrets.current), given);
  const isPrevious = isSame(callbackHash(customerId, secrets.previous ?? secrets.current), given);
  if (isCurrent) return 'current';
  return isPrevious && secrets.previous !== undefined ? 'previous' : null;
}

/** The same for a hash of which only its SHA-256 was kept. */
export function matchSecretByDigest(customerId: string, digest: Uint8Array, secrets: CallbackSecrets): MatchedSecret {
  const isOf = (secret: string) => Buffer.compare(hashDigest(callbackHash(customerId, secret)), digest) === 0;
  if (isOf(secrets.current)) return 'current';
  return secrets.previous !== undefined && isOf(secrets.previous) ? 'previous' : null;
}

/** The digest that is kept of a hash: enough to check it again, useless for sending. */
export function hashDigest(given: string): Uint8Array {
  return hash('sha256', given, 'buffer');
}

function isSame(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
