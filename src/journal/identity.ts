/** What a journal holds about itself, in either store. */
import { randomBytes } from 'node:crypto';
import { CURSOR_KEY_BYTES } from './cursor.ts';
import { DIGEST_BYTES } from './entry.ts';

/** The facts that every journal holds about itself. */
export interface JournalIdentity {
  /** Random, in hexadecimal: tells this journal from every other. A copy of a journal has the same. */
  readonly id: string;
  readonly cursorKey: Uint8Array;
  /** The digest before the first entry. */
  readonly seed: Uint8Array;
}

/** The rows of `journal_facts` of a new journal. */
export function createIdentity(): readonly (readonly [name: string, value: Uint8Array])[] {
  return [
    ['journal_id', randomBytes(16)],
    ['cursor_key', randomBytes(CURSOR_KEY_BYTES)],
    ['seed', randomBytes(DIGEST_BYTES)],
  ];
}

/** Reads the rows of `journal_facts`. Throws when one is missing. */
export function readIdentity(rows: readonly { readonly name?: unknown; readonly value?: unknown }[]): JournalIdentity {
  const facts = new Map(rows.map(({ name, value }) => [name, value]));
  const [id, cursorKey, seed] = ['journal_id', 'cursor_key', 'seed'].map((name) => facts.get(name));
  if (id instanceof Uint8Array && cursorKey instanceof Uint8Array && seed instanceof Uint8Array)
    return { id: Buffer.from(id).toString('hex'), cursorKey, seed };
  throw new Error('The journal has lost its ID, its cursor key or its digest seed. Restore it from a backup.');
}
