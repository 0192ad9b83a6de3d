/**
 * The central rule: does a report say something new about its customer, and what update does it make?
 *
 * Pure. A journal loads what it knows of the customer, calls `decide`, and saves the result. What counts as new is in newness.ts;
 * what makes a `FULL_USER` verified is in trust.ts.
 */
import { type ComparedState, findRepeated, fingerprintOf, remember } from './fingerprint.ts';
import { FULL_USER, type KycSource } from './kyc.ts';
import { saysSomethingNew, stateAfter } from './newness.ts';
import {
  type Confirmation,
  type Doubt,
  isAuthoritative,
  isPossiblyLate,
  type StaffDecision,
  trustOfDenied,
  trustOfReport,
} from './trust.ts';

/** What a source says about one customer. An absent field was not said; null was said. */
export interface KycReport {
  readonly customerId: string;
  /** The status as sent. Every source has to say it. */
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
export interface UpdateContent extends ComparedState {
  readonly customerId: string;
  /** 1, 2, 3, … for each customer. */
  readonly revision: number;
  readonly extra: Readonly<Record<string, unknown>> | null;
  /** The status before, as sent; undefined for the customer's first update. */
  readonly previousStatus?: string | null;
  /** The latest of the last `REMEMBERED_REVISIONS` that said exactly the same. */
  readonly repeatsRevision: number | null;
  readonly source: KycSource;
  /** The update comes from XGateway's API, or from a person who checked. */
  readonly confirmed: boolean;
  /** A `FULL_USER` that follows a reversal or a denial and has not been confirmed since. */
  readonly doubtful: boolean;
  readonly verified: boolean;
  /** Why callbacks can't make this customer verified until somebody confirms; absent: nothing prevents it. */
  readonly doubt?: Doubt;
  /** Who confirmed this update, or the `FULL_USER` that it continues. Absent in journals of release 0.1: see `confirmationOf`. */
  readonly confirmedBy?: Confirmation;
  /** Probably a delayed delivery (see `isPossiblyLate`); absent: no. */
  readonly possiblyLate?: true;
  /** Milliseconds since 1970. Times inform; positions order. */
  readonly receivedAt: number;
  /** When it was recorded, where that is not when it was received: a replayed callback. */
  readonly recordedAt?: number;
  /** The ID of the HTTP request that brought it (`X-Request-Id`). */
  readonly requestId?: string;
}

/** A journal entry: the content and its place in the journal. Immutable. */
export interface KycUpdate extends UpdateContent {
  /** 1, 2, 3, … over all customers, in commit order. */
  readonly position: number;
  /** The digest chain's value at this entry (SHA-256). */
  readonly digest: Uint8Array;
}

/** What the rule needs to know about a customer who has updates. */
export interface KnownCustomer {
  readonly latest: UpdateContent;
  /** Fingerprints of the latest revisions (see fingerprint.ts). */
  readonly fingerprints: Uint8Array;
  /** When XGateway's API last said the same as the latest update, in milliseconds since 1970; null: it has not. */
  readonly confirmedAt?: number | null;
}

/** How a report arrived. */
export interface Circumstances {
  readonly source: KycSource;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Whether every `FULL_USER` waits for a confirmation (`REQUIRE_CONFIRMATION`). */
  readonly requireConfirmation: boolean;
  /**
   * The revision that the report is about (0: an unknown customer). When the customer has moved on, the report is superseded;
   * only a denial by XGateway's API still counts (see `decide`).
   */
  readonly atRevision?: number;
  /** When it is recorded, for a report that was received earlier. */
  readonly recordedAt?: number;
  /** Who decided and why, for a report with the source `STAFF`; who vouches for it, for one with the source `IMPORT`. */
  readonly decision?: StaffDecision;
  /** The ID of the HTTP request that brought it. */
  readonly requestId?: string;
  /** The customer has used up their limit of changes: a change is refused, unless it takes `FULL_USER` away. Default false. */
  readonly isRateLimited?: boolean;
}

/** The outcome of a report. */
export type Decision =
  /** Nothing new. `confirms`: XGateway's API said what was already known. */
  | { readonly outcome: 'unchanged'; readonly revision: number; readonly confirms: boolean }
  /**
   * Too late: the customer has moved on since the lookup, or since the replayed callback was received. `denied`: XGateway's
   * API denies the customer's `FULL_USER`, and a denial is on record already. `rateLimited`: a change that
   * `Circumstances.isRateLimited` refuses.
   */
  | { readonly outcome: 'superseded'; readonly revision: number; readonly denied?: true; readonly rateLimited?: true }
  | { readonly outcome: 'applied'; readonly content: UpdateContent; readonly fingerprints: Uint8Array };

/**
 * Decides whether `report` is news about a customer with the latest update `known` (null: nothing), and what update it makes.
 *
 * An answer of XGateway's API about an earlier revision is superseded, with one exception: when it denies a customer who is
 * `FULL_USER` by now, the status stays and an update records the denial. A flood of callbacks can't outrun the API.
 */
export function decide(known: KnownCustomer | null, report: KycReport, circumstances: Circumstances): Decision {
  const latest = known?.latest ?? null;
  const { source, atRevision } = circumstances;
  if (atRevision !== undefined && atRevision !== (latest?.revision ?? 0)) {
    const denies = source === 'API' && report.status !== FULL_USER && latest?.status === FULL_USER;
    if (known === null || !denies) return { outcome: 'superseded', revision: latest?.revision ?? 0 };
    return deny(known, circumstances);
  }
  const isNews = latest === null || saysSomethingNew(latest, report);
  const liftsDoubt = isAuthoritative(source) && report.status === FULL_USER && latest?.verified === false;
  if (latest !== null && !isNews && !liftsDoubt) {
    return { outcome: 'unchanged', revision: latest.revision, confirms: source === 'API' };
  }
  if (latest !== null && source === 'REPLAY' && latest.receivedAt > circumstances.receivedAt) {
    return { outcome: 'superseded', revision: latest.revision };
  }
  if (circumstances.isRateLimited === true && (latest?.status !== FULL_USER || report.status === FULL_USER)) {
    return { outcome: 'superseded', revision: latest?.revision ?? 0, rateLimited: true };
  }
  return applied(known, circumstances, {
    customerId: report.customerId,
    ...stateAfter(latest, report),
    extra: report.extra ?? null,
    ...trustOfReport(known, report.status, circumstances),
    ...(latest !== null && isPossiblyLate(latest, report.status, circumstances) && { possiblyLate: true as const }),
  });
}

/** Records that XGateway's API denies the customer's `FULL_USER`. The status and everything else stay. */
function deny(known: KnownCustomer, circumstances: Circumstances): Decision {
  const { latest } = known;
  if (latest.doubt === 'DENIAL') return { outcome: 'superseded', revision: latest.revision, denied: true };
  const { customerId, status, processingStatus, missingDocuments, rejectLabels, endUserMessage } = latest;
  const state = { status, processingStatus, missingDocuments, rejectLabels, endUserMessage };
  return applied(known, circumstances, { customerId, ...state, extra: null, ...trustOfDenied() });
}

type NewContent = Omit<
  UpdateContent,
  'revision' | 'previousStatus' | 'repeatsRevision' | 'source' | 'receivedAt' | 'recordedAt' | 'requestId'
>;

function applied(
  known: KnownCustomer | null,
  { source, receivedAt, recordedAt, requestId }: Circumstances,
  content: NewContent,
): Decision {
  const fingerprint = fingerprintOf(content);
  const back = known === null ? null : findRepeated(known.fingerprints, fingerprint);
  return {
    outcome: 'applied',
    content: {
      ...content,
      revision: (known?.latest.revision ?? 0) + 1,
      ...(known !== null && { previousStatus: known.latest.status }),
      repeatsRevision: known === null || back === null ? null : known.latest.revision - back,
      source,
      receivedAt,
      ...(recordedAt !== undefined && { recordedAt }),
      ...(requestId !== undefined && { requestId }),
    },
    fingerprints: remember(known?.fingerprints ?? null, fingerprint),
  };
}

/** Whether this update took `FULL_USER` back. */
export function isReversal(update: Pick<UpdateContent, 'previousStatus' | 'status'>): boolean {
  return update.previousStatus === FULL_USER && update.status !== FULL_USER;
}

/** Whether an update leaves its customer in doubt: a `FULL_USER` that nobody may rely on. */
export function isInDoubt({ status, verified }: Pick<UpdateContent, 'status' | 'verified'>): boolean {
  return status === FULL_USER && !verified;
}
