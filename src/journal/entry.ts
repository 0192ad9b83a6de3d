/**
 * How an update is stored, and how the digest chain covers it. The same in every store.
 *
 * content = the update as JSON, with a random salt, exactly as stored
 * content digest = SHA-256(content)
 * digest = SHA-256(digest of the entry before ‖ content digest)
 *
 * The salt prevents erased content from being guessed from its digest.
 */
import { hash, randomBytes } from 'node:crypto';
import { defineExtra, holdsNumber, parseExactJson } from '../domain/exact-json.ts';
import type { KycUpdate, UpdateContent } from '../domain/update.ts';

/** The length of every digest in bytes. */
export const DIGEST_BYTES = 32;

const SALT_BYTES = 16;
const SALTS_AT_ONCE = 256;
let salts = Buffer.alloc(0);
let saltsUsed = 0;

/** How content ends: the salt is its last member. */
const SALT_START = ',"salt":"';
const SALT_END = '"}';
const SALT_LENGTH = SALT_START.length + Math.ceil((SALT_BYTES * 8) / 6) + SALT_END.length;

/** A digest and the content digest after it. */
const linked = Buffer.alloc(2 * DIGEST_BYTES);

/** A journal row: what every store keeps of an entry. */
export interface EntryRow {
  readonly position: number;
  readonly content: string;
  readonly digest: Uint8Array;
}

/** The text of an update, as it is stored and digested. */
export function writeContent(content: UpdateContent): string {
  return JSON.stringify(content).slice(0, -1) + SALT_START + nextSalt() + SALT_END;
}

/** The chain's value at an entry with this content, after an entry with the digest `before`. */
export function chainDigest(before: Uint8Array, content: string): Uint8Array {
  linked.write(hash('sha256', content, 'latin1'), DIGEST_BYTES, 'latin1');
  return chainLinked(before);
}

/** The digest of an entry's content. */
export function contentDigest(content: string): Uint8Array {
  return hash('sha256', content, 'buffer');
}

/** The same from the content's digest: all that is left of an entry whose content was erased. */
export function chainContentDigest(before: Uint8Array, contentDigest: Uint8Array): Uint8Array {
  linked.set(contentDigest, DIGEST_BYTES);
  return chainLinked(before);
}

/** Digests as text: a buffer from `hash` has memory of its own, which costs as much as the digest. */
function chainLinked(before: Uint8Array): Uint8Array {
  linked.set(before);
  return Buffer.from(hash('sha256', linked, 'latin1'), 'latin1');
}

/** The first six bytes of a digest as a number: as many as a metric holds without loss. */
export function digestNumber(digest: Uint8Array): number {
  // Not through a Buffer, nor by iteration: this is called for each update that each subscriber gets.
  const high = (byteAt(digest, 0) << 16) | (byteAt(digest, 1) << 8) | byteAt(digest, 2);
  const low = (byteAt(digest, 3) << 16) | (byteAt(digest, 4) << 8) | byteAt(digest, 5);
  return high * 2 ** 24 + low;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

const digestsBefore = new WeakMap<KycUpdate, Uint8Array>();

/** Remembers the digest of the entry before the first update of a batch, for `digestBefore`. */
export function rememberDigestBefore(update: KycUpdate, digest: Uint8Array): void {
  digestsBefore.set(update, digest);
}

/**
 * The digest of the entry before an update that this process has committed as the first of its batch; null of any other. It
 * proves, without a read, that the update follows the entry that the caller takes for the last.
 */
export function digestBefore(update: KycUpdate): Uint8Array | null {
  return digestsBefore.get(update) ?? null;
}

/** The update in a journal row. */
export function readEntry(row: EntryRow): KycUpdate {
  const update = parseContent(row.content) as { -readonly [Name in keyof KycUpdate]: KycUpdate[Name] };
  update.position = row.position;
  update.digest = row.digest;
  // Only unknown fields hold numbers whose digits matter.
  if (update.extra === null || !holdsNumber(update.extra)) return update;
  return defineExtra(update, () => (parseExactJson(row.content) as UpdateContent).extra);
}

/** Content without its salt, which is cut off where it is expected: to copy everything else takes as long as half of the parsing. */
function parseContent(text: string): UpdateContent {
  const saltAt = text.length - SALT_LENGTH;
  if (text.startsWith(SALT_START, saltAt)) return JSON.parse(`${text.slice(0, saltAt)}}`) as UpdateContent;
  const { salt: _, ...content } = JSON.parse(text) as UpdateContent & { salt: string };
  return content;
}

/** Sixteen random bytes, as text. */
export function nextSalt(): string {
  if (saltsUsed === salts.length) {
    salts = randomBytes(SALT_BYTES * SALTS_AT_ONCE);
    saltsUsed = 0;
  }
  saltsUsed += SALT_BYTES;
  return salts.toString('base64url', saltsUsed - SALT_BYTES, saltsUsed);
}
