/** What a journal holds about itself, in either store. */
import { createHash, randomBytes } from 'node:crypto';
import { CURSOR_KEY_BYTES } from './cursor.ts';
import { DIGEST_BYTES } from './entry.ts';

/** The facts that every journal holds about itself. */
export interface JournalIdentity {
  /** Random, in hexadecimal: distinguishes this journal from every other. A copy of a journal has the same. */
  readonly id: string;
  readonly cursorKey: Uint8Array;
  /** The digest before the first entry. */
  readonly seed: Uint8Array;
}

/**
 * The fact that seals the others: a digest over them, written when the journal is made, and by the migration of that name
 * in older ones. A journal whose ID, cursor key or seed was changed is not opened.
 */
export const IDENTITY_DIGEST = 'identity_digest';

/** Whether a migration is the one that writes the digest. */
export function writesIdentityDigest({ name }: { readonly name: string }): boolean {
  return name.includes('identity-digest');
}

type FactRow = { readonly name?: unknown; readonly value?: unknown };

/** The rows of `journal_facts` of a new journal. */
export function createIdentity(): readonly (readonly [name: string, value: Uint8Array])[] {
  return [
    ['journal_id', randomBytes(16)],
    ['cursor_key', randomBytes(CURSOR_KEY_BYTES)],
    ['seed', randomBytes(DIGEST_BYTES)],
  ];
}

/** The digest over the facts in these rows. Throws when one is missing. */
export function identityDigest(rows: readonly FactRow[]): Uint8Array {
  const hash = createHash('sha256').update('xgateway-kyc identity');
  for (const fact of factsIn(rows)) hash.update(`:${fact.length}:`).update(fact);
  return hash.digest();
}

/** Reads the rows of `journal_facts`. Throws when one is missing, or when they do not match their digest. */
export function readIdentity(rows: readonly FactRow[]): JournalIdentity {
  const [id, cursorKey, seed] = factsIn(rows);
  const digest = rows.find(({ name }) => name === IDENTITY_DIGEST)?.value;
  // A journal of an earlier release has none until it is migrated.
  if (digest instanceof Uint8Array && Buffer.compare(digest, identityDigest(rows)) !== 0) {
    throw new Error(
      "The journal's ID, its cursor key or its digest seed was changed after the journal was made. Restore it from a backup.",
    );
  }
  return { id: Buffer.from(id).toString('hex'), cursorKey, seed };
}

function factsIn(rows: readonly FactRow[]): readonly [id: Uint8Array, cursorKey: Uint8Array, seed: Uint8Array] {
  const facts = new Map(rows.map(({ name, value }) => [name, value]));
  const [id, cursorKey, seed] = ['journal_id', 'cursor_key', 'seed'].map((name) => facts.get(name));
  if (id instanceof Uint8Array && cursorKey instanceof Uint8Array && seed instanceof Uint8Array)
    return [id, cursorKey, seed];
  throw new Error('The journal has lost its ID, its cursor key or its digest seed. Restore it from a backup.');
}
