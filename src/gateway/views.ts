/** Customers, updates and dead letters as the code API gives them: plain objects that don't change, with the names of GraphQL. */
import type { KycDoubtReason } from '../domain/attention.ts';
import { copyJson } from '../domain/exact-json.ts';
import type { KycNextAction, KycSource, KycStatus } from '../domain/kyc.ts';
import type { Confirmation } from '../domain/trust.ts';
import type { KycUpdate as JournalUpdate } from '../domain/update.ts';
import { showing } from '../embedding/shown-records.ts';
import { customerFields, readFields, updateFields } from '../journal/fields.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';

/** Who confirmed what is recorded about a customer, and why. */
export interface KycConfirmation {
  /** `API`: XGateway's API. `STAFF`: a person. `IMPORT`: the application's own code, which vouched for it. */
  readonly source: KycSource;
  /** The person, or who vouched for an import. Null for `API`, and for a customer's own viewer. */
  readonly by: string | null;
  /** The second person, where two are required; null otherwise, and for a customer's own viewer. */
  readonly secondBy: string | null;
  /** The reason that the person gave; null without one, and for a customer's own viewer. */
  readonly reason: string | null;
  /** Where the evidence is: an http or https URL; null without one, and for a customer's own viewer. */
  readonly evidenceUrl: string | null;
  /** What the second person gave; null without it, and for a customer's own viewer. */
  readonly secondReason: string | null;
  readonly secondEvidenceUrl: string | null;
  readonly at: Date;
}

/** What is known of a customer's KYC at one moment: now (`Kyc`), or when an update arrived (`KycUpdate`). */
export interface KycState {
  readonly customerId: string;
  /** Counts the customer's updates: 1, 2, 3, … without a gap. */
  readonly revision: number;
  /** The status, as far as this release knows it. */
  readonly status: KycStatus;
  /** The status as XGateway sent it; null when it sent null. */
  readonly rawStatus: string | null;
  /** The step that XGateway is at, as sent. */
  readonly processingStatus: string | null;
  /** The documents that XGateway still waits for, by the names it sends. */
  readonly missingDocuments: readonly string[];
  /** Why XGateway refused, for example `BAD_SELFIE`. */
  readonly rejectLabels: readonly string[];
  /** What XGateway wants the end user to be told. */
  readonly endUserMessage: string | null;
  /** What the status asks of the customer. */
  readonly nextAction: KycNextAction;
  /** True for a `FULL_USER` that is not in doubt: the one field to act on. */
  readonly verified: boolean;
  /** True for a `FULL_USER` that waits until XGateway's API or a person confirms it. Don't rely on it. */
  readonly inDoubt: boolean;
  /** Why it is in doubt; null: it is not, and for a customer's own viewer. */
  readonly doubtReason: KycDoubtReason | null;
  /** True when XGateway's API, or a person who has checked, said the same. */
  readonly confirmed: boolean;
  /** Who confirmed it; null: not confirmed. */
  readonly confirmedBy: KycConfirmation | null;
}

/** A customer's KYC: their latest update. */
export interface Kyc extends KycState {
  /** When the customer's first update was received. */
  readonly firstSeenAt: Date;
  /** When the latest update was received. */
  readonly updatedAt: Date;
  /** When XGateway's API last said the same as the latest update; null while it has not. */
  readonly confirmedAt: Date | null;
  /** The latest update itself. `updates({ after: kyc.latestUpdate.cursor })` carries every later one. */
  readonly latestUpdate: KycUpdate;
}

/** One change of a customer's KYC. */
export interface KycUpdate extends KycState {
  /** Names this update. `updates({ after: cursor })` carries every later one. */
  readonly cursor: string;
  /** The status before this update; null for the customer's first. */
  readonly previousStatus: KycStatus | null;
  /** The customer was `FULL_USER` before this update and is no longer. */
  readonly reversal: boolean;
  /** The latest of the 32 revisions before this one that said exactly the same; null where none did. */
  readonly repeatsRevision: number | null;
  /** Probably a delayed delivery. It informs, and never changes `verified`. */
  readonly possiblyLate: boolean;
  /** Who said it. */
  readonly source: KycSource;
  readonly receivedAt: Date;
  /** The fields that came with it and that this release does not know, as sent; null without any, and for viewers without `kyc:admin`. */
  readonly extra: Readonly<Record<string, unknown>> | null;
  /** The ID of the HTTP request that brought it; null where none did, and for viewers without `kyc:admin`. */
  readonly requestId: string | null;
}

/** What a viewer is shown. */
export interface Sight {
  /** Who decided about a customer, and why. */
  readonly mayRead: boolean;
  /** `extra` and `requestId`. */
  readonly mayAdmin: boolean;
}

/** The application itself: is shown everything. */
export const SYSTEM: Sight = { mayRead: true, mayAdmin: true };

/** The view of an update. */
export function updateView({ cursors }: Journal, update: JournalUpdate, sight: Sight = SYSTEM): KycUpdate {
  const fields = readFields(updateFields, update);
  const view: KycUpdate = {
    ...fields,
    ...listsOf(fields),
    doubtReason: sight.mayRead ? fields.doubtReason : null,
    confirmedBy: confirmationView(fields.confirmedBy, sight),
    receivedAt: new Date(fields.receivedAt),
    cursor: cursors.encode(update),
    extra: sight.mayAdmin ? copyJson(update.extra) : null,
    requestId: sight.mayAdmin ? (update.requestId ?? null) : null,
  };
  return showing(view, update);
}

/** The view of a customer. */
export function kycView(journal: Journal, customer: CustomerRecord, sight: Sight = SYSTEM): Kyc {
  const fields = readFields(customerFields, customer);
  const view: Kyc = {
    ...fields,
    ...listsOf(fields),
    doubtReason: sight.mayRead ? fields.doubtReason : null,
    confirmedBy: confirmationView(fields.confirmedBy, sight),
    firstSeenAt: new Date(fields.firstSeenAt),
    updatedAt: new Date(fields.updatedAt),
    confirmedAt: fields.confirmedAt === null ? null : new Date(fields.confirmedAt),
    latestUpdate: updateView(journal, customer.latest, sight),
  };
  return showing(view, customer);
}

/** The application's own: what it does to them must not change what others read. */
function listsOf({ missingDocuments, rejectLabels }: Pick<KycState, 'missingDocuments' | 'rejectLabels'>) {
  return { missingDocuments: [...missingDocuments], rejectLabels: [...rejectLabels] };
}

function confirmationView(confirmation: Confirmation | null, { mayRead }: Sight): KycConfirmation | null {
  if (confirmation === null) return null;
  const { source, at, ...decision } = confirmation;
  const { by = null, secondBy = null, reason = null, evidenceUrl = null } = mayRead ? decision : {};
  const { secondReason = null, secondEvidenceUrl = null } = mayRead ? decision : {};
  return { source, by, secondBy, reason, evidenceUrl, secondReason, secondEvidenceUrl, at: new Date(at) };
}
