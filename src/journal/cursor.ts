/**
 * Cursors: what a client holds to say "I have seen everything up to here".
 *
 * A cursor names a journal entry by its position and by the first bytes of its digest, so that a journal with other content
 * (a restored backup, another database) notices. Both are enciphered with a key that lives in the journal: to a client a
 * cursor is an opaque text that does not reveal how many updates the merchant has.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

/** The place that a cursor names. */
export interface Place {
  /** The entry's position; 0 is the beginning of the journal. */
  readonly position: number;
  /** The first `PLACE_DIGEST_BYTES` of the digest at that position. */
  readonly digest: Uint8Array;
}

/** The length of a cursor key in bytes. */
export const CURSOR_KEY_BYTES = 16;

/** How many bytes of an entry's digest its cursor holds. */
export const PLACE_DIGEST_BYTES = 10;

const POSITION_BYTES = 6;
const FORMAT = /^k1\.[A-Za-z0-9_-]{22}$/;
const PREFIX = 'k1.';

/** Writes and reads the cursors of one journal. */
export interface CursorCodec {
  /** The cursor of an entry. The same entry always has the same cursor. */
  encode(place: Place): string;
  /** The place that a text names, or null when the text is not a cursor. Only the journal can tell whether that place exists. */
  decode(cursor: string): Place | null;
}

/** Makes the codec for the journal that holds `key` (16 bytes). */
export function cursorCodec(key: Uint8Array): CursorCodec {
  // One block of random-looking content: each cursor is one AES permutation, no mode needed. So a cipher has no state between
  // blocks, and one does for all: making it takes longer than using it.
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  const decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return {
    encode({ position, digest }) {
      const block = Buffer.allocUnsafe(POSITION_BYTES + PLACE_DIGEST_BYTES);
      block.writeUIntBE(position, 0, POSITION_BYTES);
      block.set(digest.subarray(0, PLACE_DIGEST_BYTES), POSITION_BYTES);
      return PREFIX + cipher.update(block).toString('base64url');
    },
    decode(cursor) {
      if (!FORMAT.test(cursor)) return null;
      const block = decipher.update(Buffer.from(cursor.slice(PREFIX.length), 'base64url'));
      return { position: block.readUIntBE(0, POSITION_BYTES), digest: block.subarray(POSITION_BYTES) };
    },
  };
}

/** Whether a digest is the one that `place` names. */
export function namesDigest(place: Place, digest: Uint8Array): boolean {
  return Buffer.compare(place.digest, digest.subarray(0, PLACE_DIGEST_BYTES)) === 0;
}
