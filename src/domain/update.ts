/**
 * The rule of the product: does a report say something new about its customer, and what update does it make?
 *
 * Pure. A journal loads what it knows of the customer, calls `decide`, and saves the answer.
 */
import { FULL_USER, type KycSource } from './kyc.ts';

/** What a source said about one customer. A field that is absent was not said; null was said. */
export interface KycReport {
  readonly customerId: string;
  /** The status as sent. Every source must say it. */
  readonly status: string | null;
  readonly processingStatus?: string | null;
  /** Trimmed, without empties or repeats, in the order sent. */
  readonly missingDocuments?: readonly string[];
  /** Trimmed, without empties or repeats, in the order sent. */
  readonly rejectLabels?: readonly string[];
  readonly endUserMessage?: string | null;
  /** Fields that this release does not know: stored with the update, never compared. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A change of one customer's KYC, before the journal has given it a position. Immutable. */
export interface UpdateContent {
  readonly customerId: string;
  /** 1, 2, 3, … for each customer. */
  readonly revision: number;
  /** The status as sent. */
  readonly status: string | null;
  readonly processingStatus: string | null;
  readonly missingDocuments: readonly string[];
  readonly rejectLabels: readonly string[];
  readonly endUserMessage: string | null;
  readonly extra: Readonly<Record<string, unknown>> | null;
  /** The status before, as sent; undefined for the customer's first update. */
  readonly previousStatus?: string | null;
  /** The latest of the last `REMEMBERED_REVISIONS` that said exactly the same. */
  readonly repeatsRevision: number | null;
  readonly source: KycSource;
  /** XGateway's API, or a person who has checked, says so. */
  readonly confirmed: boolean;
  /** A `FULL_USER` that may be a late echo of one that was taken back. */
  readonly doubtful: boolean;
  readonly verified: boolean;
  /** Milliseconds since 1970. Times inform; positions order. */
  readonly receivedAt: number;
  /** When it was recorded, where that is not when it was received: a replayed callback. */
  readonly recordedAt?: number;
}

/** A journal entry: the content and its place in the journal. Immutable. */
export interface KycUpdate extends UpdateContent {
  /** 1, 2, 3, … over all customers, in commit order. */
  readonly position: number;
  /** The digest chain's value at this entry (SHA-256). */
  readonly digest: Uint8Array;
}

/** What the rule has to know of a customer who was heard of before. */
export interface KnownCustomer {
  readonly latest: UpdateContent;
  /** Fingerprints of the latest revisions, oldest first, `FINGERPRINT_BYTES` each, at most `REMEMBERED_REVISIONS`. */
  readonly fingerprints: Uint8Array;
}

/** How a report came. */
export interface Circumstances {
  readonly source: KycSource;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Whether a `FULL_USER` is verified only once it is confirmed (`REQUIRE_CONFIRMATION`). */
  readonly requireConfirmation: boolean;
  /** The report counts only while the customer is at this revision (0: never heard of): it answers a question about it. */
  readonly atRevision?: number;
  /** When it is recorded, for a report that was received earlier. */
  readonly recordedAt?: number;
}

/** What becomes of a report. */
export type Decision =
  /** Nothing new. `confirms`: XGateway's API said what is known already. */
  | { readonly outcome: 'unchanged'; readonly revision: number; readonly confirms: boolean }
  /** Too late: the customer has moved on since the question was asked, or since the replayed callback was received. */
  | { readonly outcome: 'superseded'; readonly revision: number }
  | { readonly outcome: 'applied'; readonly content: UpdateContent; readonly fingerprints: Uint8Array };

/** How many revisions back a repetition is noticed. */
export const REMEMBERED_REVISIONS = 32;

/** The length of one revision's fingerprint: a mark for each field. A collision could only cast doubt, never dispel it. */
export const FINGERPRINT_BYTES = 10;

/** Says whether `report` is news about a customer of whom we know `known` (null: nothing), and what update it makes. */
export function decide(known: KnownCustomer | null, report: KycReport, circumstances: Circumstances): Decision {
  const latest = known?.latest ?? null;
  const { atRevision } = circumstances;
  if (atRevision !== undefined && atRevision !== (latest?.revision ?? 0)) {
    return { outcome: 'superseded', revision: latest?.revision ?? 0 };
  }
  const authoritative = circumstances.source === 'API' || circumstances.source === 'STAFF';
  const isNews = latest === null || saysSomethingNew(latest, report);
  const liftsDoubt = authoritative && report.status === FULL_USER && latest?.verified === false;
  if (latest !== null && !isNews && !liftsDoubt) {
    return { outcome: 'unchanged', revision: latest.revision, confirms: circumstances.source === 'API' };
  }
  if (latest !== null && circumstances.source === 'REPLAY' && latest.receivedAt > circumstances.receivedAt) {
    return { outcome: 'superseded', revision: latest.revision };
  }
  const state = stateAfter(latest, report);
  const fingerprint = fingerprintOf(state);
  const repeatsRevision = known === null ? null : findRevision(known, fingerprint);
  const doubtful = !authoritative && report.status === FULL_USER && known !== null && isDoubtful(known, report);
  const content: UpdateContent = {
    customerId: report.customerId,
    revision: (latest?.revision ?? 0) + 1,
    ...state,
    extra: report.extra ?? null,
    ...(latest !== null && { previousStatus: latest.status }),
    repeatsRevision,
    source: circumstances.source,
    confirmed: authoritative,
    doubtful,
    verified: report.status === FULL_USER && (authoritative || !(doubtful || circumstances.requireConfirmation)),
    receivedAt: circumstances.receivedAt,
    ...(circumstances.recordedAt !== undefined && { recordedAt: circumstances.recordedAt }),
  };
  return { outcome: 'applied', content, fingerprints: remember(known, fingerprint) };
}

/** Whether this update took `FULL_USER` back. */
export function isReversal(update: Pick<UpdateContent, 'previousStatus' | 'status'>): boolean {
  return update.previousStatus === FULL_USER && update.status !== FULL_USER;
}

type ComparedState = Pick<
  UpdateContent,
  'status' | 'processingStatus' | 'missingDocuments' | 'rejectLabels' | 'endUserMessage'
>;

/** Newness compares only what was said. */
function saysSomethingNew(latest: UpdateContent, report: KycReport): boolean {
  return (
    report.status !== latest.status ||
    (report.processingStatus !== undefined && report.processingStatus !== latest.processingStatus) ||
    (report.endUserMessage !== undefined && report.endUserMessage !== latest.endUserMessage) ||
    (report.missingDocuments !== undefined && !sameSet(report.missingDocuments, latest.missingDocuments)) ||
    (report.rejectLabels !== undefined && !sameSet(report.rejectLabels, latest.rejectLabels))
  );
}

/** An unsaid field is carried over while the status stays the same, and cleared when it changes. */
function stateAfter(latest: UpdateContent | null, report: KycReport): ComparedState {
  const carried = latest !== null && latest.status === report.status ? latest : null;
  return {
    status: report.status,
    processingStatus:
      report.processingStatus !== undefined ? report.processingStatus : (carried?.processingStatus ?? null),
    missingDocuments: report.missingDocuments ?? carried?.missingDocuments ?? [],
    rejectLabels: report.rejectLabels ?? carried?.rejectLabels ?? [],
    endUserMessage: report.endUserMessage !== undefined ? report.endUserMessage : (carried?.endUserMessage ?? null),
  };
}

/**
 * A `FULL_USER` that comes back and says nothing but what an earlier `FULL_USER` revision held may be a late retry: there has
 * been a reversal since. (A retry may leave fields unsaid that were carried over then, so it need not repeat the revision
 * exactly.) Doubt stays while the status stays, whatever else changes, until it is confirmed.
 */
function isDoubtful({ latest, fingerprints }: KnownCustomer, report: KycReport): boolean {
  if (latest.status === FULL_USER) return latest.doubtful;
  return findSame(fingerprints, fingerprintOf(report), (field) => report[field] !== undefined) !== null;
}

const FIELDS = ['status', 'processingStatus', 'missingDocuments', 'rejectLabels', 'endUserMessage'] as const;

/** Two bytes a field, so that reports that leave fields unsaid can be compared as well. */
function fingerprintOf(state: Partial<ComparedState>): Uint8Array {
  const fingerprint = new Uint8Array(FINGERPRINT_BYTES);
  FIELDS.forEach((field, index) => {
    const value = state[field];
    const text = typeof value === 'object' && value !== null ? value.toSorted().join('\0') : value;
    const digest = text == null ? 0 : digest32(text);
    fingerprint[2 * index] = digest >>> 24;
    fingerprint[2 * index + 1] = digest >>> 16;
  });
  return fingerprint;
}

/** FNV-1a with a final mix: even in its upper bits for short words. */
function digest32(text: string): number {
  let digest = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) digest = Math.imul(digest ^ text.charCodeAt(index), 0x01000193);
  digest = Math.imul(digest ^ (digest >>> 15), 0x2c1b3c6d);
  return (digest ^ (digest >>> 13)) >>> 0;
}

function mark(fingerprints: Uint8Array, at: number, field: number): number {
  const start = at * FINGERPRINT_BYTES + 2 * field;
  return ((fingerprints[start] ?? 0) << 8) | (fingerprints[start + 1] ?? 0);
}

function findRevision({ fingerprints, latest }: KnownCustomer, fingerprint: Uint8Array): number | null {
  const back = findSame(fingerprints, fingerprint, () => true);
  return back === null ? null : latest.revision - back;
}

/** How many revisions back the latest is that has the same mark in each compared field; null: none. */
function findSame(
  fingerprints: Uint8Array,
  fingerprint: Uint8Array,
  isCompared: (field: (typeof FIELDS)[number]) => boolean,
): number | null {
  const fields = FIELDS.flatMap((field, index) => (isCompared(field) ? [index] : []));
  const count = fingerprints.length / FINGERPRINT_BYTES;
  for (let back = 0; back < count; back++) {
    const at = count - 1 - back;
    if (fields.every((field) => mark(fingerprints, at, field) === mark(fingerprint, 0, field))) return back;
  }
  return null;
}

function remember(known: KnownCustomer | null, fingerprint: Uint8Array): Uint8Array {
  const kept = known?.fingerprints.subarray(-(REMEMBERED_REVISIONS - 1) * FINGERPRINT_BYTES) ?? new Uint8Array();
  const remembered = new Uint8Array(kept.length + FINGERPRINT_BYTES);
  remembered.set(kept);
  remembered.set(fingerprint, kept.length);
  return remembered;
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}
