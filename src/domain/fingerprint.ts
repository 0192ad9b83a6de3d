/**
 * Fingerprints: what the journal remembers of a customer's latest revisions, so that a repetition is noticed without reading
 * them again. A fingerprint covers everything that is compared; two revisions have the same one only if they say the same.
 *
 * Stored form: a version byte, then one fingerprint a revision, oldest first. Version 1 is 96 bits of SHA-256. Journals of
 * release 0.1 hold ten bytes a revision (16 bits a field, which collide) and no version; they are rebuilt from the entries
 * when the customer's next report arrives.
 */
import { hash } from 'node:crypto';

/** How many revisions back a repetition is noticed. */
export const REMEMBERED_REVISIONS = 32;

/** The length of one revision's fingerprint. */
export const FINGERPRINT_BYTES = 12;

const VERSION = 1;
const HEADER_BYTES = 1;

/** The part of an update that is compared. Lists compare as sets. */
export interface ComparedState {
  /** The status as sent. */
  readonly status: string | null;
  readonly processingStatus: string | null;
  readonly missingDocuments: readonly string[];
  readonly rejectLabels: readonly string[];
  readonly endUserMessage: string | null;
}

/** What most customers go through is the same few states: their fingerprints are remembered, at most so many of at most this length. */
const MAX_REMEMBERED = 512;
const MAX_REMEMBERED_LENGTH = 256;
const rememberedFingerprints = new Map<string, Uint8Array>();

/** The fingerprint of one revision. Not to be written to. */
export function fingerprintOf(state: ComparedState): Uint8Array {
  const { status, processingStatus, missingDocuments, rejectLabels, endUserMessage } = state;
  const compared = [status, processingStatus, inOrder(missingDocuments), inOrder(rejectLabels), endUserMessage];
  const text = JSON.stringify(compared);
  // A message may be about one person, who may be erased.
  if (endUserMessage !== null || text.length > MAX_REMEMBERED_LENGTH) return fingerprintOfText(text);
  const known = rememberedFingerprints.get(text);
  if (known !== undefined) return known;
  if (rememberedFingerprints.size >= MAX_REMEMBERED) rememberedFingerprints.clear();
  // A copy: a small buffer is a part of a large one, which would live as long.
  const fingerprint = new Uint8Array(fingerprintOfText(text));
  rememberedFingerprints.set(text, fingerprint);
  return fingerprint;
}

function fingerprintOfText(text: string): Uint8Array {
  // As text first: a buffer from `hash` has memory of its own, which costs as much as the digest.
  return Buffer.from(hash('sha256', text, 'latin1').slice(0, FINGERPRINT_BYTES), 'latin1');
}

/** The fingerprints of a customer's latest revisions, from those revisions, oldest first. */
export function fingerprintsOf(states: readonly ComparedState[]): Uint8Array {
  const remembered = states.slice(-REMEMBERED_REVISIONS).map(fingerprintOf);
  return Buffer.concat([Uint8Array.of(VERSION), ...remembered]);
}

/** Whether stored fingerprints have the form that this release writes. Others have to be rebuilt with `fingerprintsOf`. */
export function isCurrentForm(fingerprints: Uint8Array): boolean {
  return fingerprints[0] === VERSION && (fingerprints.length - HEADER_BYTES) % FINGERPRINT_BYTES === 0;
}

/** Adds one revision, and drops the oldest when there are more than `REMEMBERED_REVISIONS`. */
export function remember(fingerprints: Uint8Array | null, fingerprint: Uint8Array): Uint8Array {
  const before = fingerprints?.subarray(HEADER_BYTES) ?? new Uint8Array();
  const kept = before.subarray(-(REMEMBERED_REVISIONS - 1) * FINGERPRINT_BYTES);
  const remembered = new Uint8Array(HEADER_BYTES + kept.length + FINGERPRINT_BYTES);
  remembered[0] = VERSION;
  remembered.set(kept, HEADER_BYTES);
  remembered.set(fingerprint, HEADER_BYTES + kept.length);
  return remembered;
}

/** How many revisions ago this fingerprint last occurred, 0 for the latest revision; null: never. */
export function findRepeated(fingerprints: Uint8Array, fingerprint: Uint8Array): number | null {
  const count = (fingerprints.length - HEADER_BYTES) / FINGERPRINT_BYTES;
  for (let back = 0; back < count; back++) {
    const start = HEADER_BYTES + (count - 1 - back) * FINGERPRINT_BYTES;
    // Most fingerprints differ in the first byte.
    if (fingerprints[start] !== fingerprint[0]) continue;
    if (fingerprint.every((byte, index) => byte === fingerprints[start + index])) return back;
  }
  return null;
}

function inOrder(items: readonly string[]): readonly string[] {
  return items.length < 2 ? items : items.toSorted();
}
