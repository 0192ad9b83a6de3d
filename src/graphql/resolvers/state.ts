/** Resolvers of `Kyc` and `KycUpdate`: what both share, and what each adds. */
import { requireAdmin, requireViewer } from '../../access/viewer.ts';
import type { Confirmation } from '../../domain/trust.ts';
import type { KycUpdate } from '../../domain/update.ts';
import { customerFields, updateFields } from '../../journal/fields.ts';
import type { CustomerRecord, Head } from '../../journal/journal.ts';
import { chargeUpdates } from '../answer-budget.ts';
import { customerUpdateAt, page, pageSize } from '../connection.ts';
import type { OperationContext } from '../context.ts';
import { loadCustomer } from '../customer-loader.ts';
import { loadFlagState } from '../flag-loader.ts';
import type {
  KycConfirmationResolvers,
  KycDocumentResolvers,
  KycResolvers,
  KycUpdateResolvers,
} from '../generated/resolvers.ts';
import { globalIdOf } from '../global-id.ts';
import { readInParts } from '../read-in-parts.ts';

/** A customer, as known now or, with `asOf`, at that moment (in milliseconds since 1970). */
export interface CustomerSource extends CustomerRecord {
  readonly asOf?: number | undefined;
}

/** A document's name, as sent. */
export type DocumentSource = string;

/** Resolvers of `KycDocument`. */
export const documentResolvers: KycDocumentResolvers = { type: (document) => document };

/** What only staff are shown of a confirmation: an end user does not see who decided about them, or why. */
const staffOnly =
  (field: 'by' | 'secondBy' | 'reason' | 'evidenceUrl' | 'secondReason' | 'secondEvidenceUrl') =>
  (confirmation: Confirmation, _args: unknown, { viewer }: OperationContext) =>
    requireViewer(viewer).mayRead ? (confirmation[field] ?? null) : null;

/** Resolvers of `KycConfirmation`. */
export const confirmationResolvers: KycConfirmationResolvers = {
  source: ({ source }) => source,
  by: staffOnly('by'),
  secondBy: staffOnly('secondBy'),
  reason: staffOnly('reason'),
  evidenceUrl: staffOnly('evidenceUrl'),
  secondReason: staffOnly('secondReason'),
  secondEvidenceUrl: staffOnly('secondEvidenceUrl'),
  at: ({ at }) => at,
};

const mayRead = ({ viewer }: OperationContext): boolean => requireViewer(viewer).mayRead;

/** Resolvers of `KycUpdate`. */
export const updateResolvers: KycUpdateResolvers = {
  ...updateFields,
  doubtReason: (update, _args, context) => (mayRead(context) ? updateFields.doubtReason(update) : null),
  id: ({ customerId, revision }) => globalIdOf({ type: 'KycUpdate', customerId, revision }),
  cursor: (update, _args, { journal }) => journal.cursors.encode(update),
  async needsAcknowledgement(update, _args, context) {
    return mayRead(context) && (await loadFlagState(context.journal, update))?.isOpen === true;
  },
  async acknowledgedBy(update, _args, context) {
    return mayRead(context) ? ((await loadFlagState(context.journal, update))?.acknowledgement ?? null) : null;
  },
  async kyc(update, _args, { journal }, { variableValues }) {
    const customer = atLeast(update, await loadCustomer(journal, update.customerId));
    chargeUpdates(variableValues, [customer.latest]);
    return customer;
  },
  extra: (update, _args, { viewer }) => {
    requireAdmin(viewer);
    return update.extra;
  },
  // The position says how many updates the merchant has: not for customers.
  journalEntry: (update, _args, { viewer }) => (requireViewer(viewer).mayRead ? journalHead(update) : null),
  requestId: (update, _args, { viewer }) => {
    requireAdmin(viewer);
    return update.requestId ?? null;
  },
};

/** A position and its digest, as a person writes them down. */
export function journalHead({ position, digest }: Head): { readonly position: number; readonly digest: string } {
  return { position, digest: Buffer.from(digest).toString('hex') };
}

/** The customer, never older than `update`; if they were just erased, as that update shows them. */
function atLeast(update: KycUpdate, customer: CustomerRecord | null): CustomerRecord {
  if (customer !== null && customer.latest.revision >= update.revision) return customer;
  return { latest: update, firstSeenAt: customer?.firstSeenAt ?? update.receivedAt, confirmedAt: null };
}

/** Resolvers of `Kyc`. */
export const kycResolvers: KycResolvers = {
  ...customerFields,
  doubtReason: (customer, _args, context) => (mayRead(context) ? customerFields.doubtReason(customer) : null),
  id: ({ latest: { customerId }, asOf }) => globalIdOf({ type: 'Kyc', customerId, asOf }),
  latestUpdate: ({ latest }) => latest,
  async pendingDecision({ latest: { customerId, revision }, asOf }, _args, context) {
    if (asOf !== undefined || !mayRead(context)) return null;
    const pending = await context.journal.pendingDecisions.find(customerId);
    return pending?.revision === revision ? pending : null;
  },
  async history({ latest: { customerId, revision } }, { first, after }, { journal, viewer }, { variableValues }) {
    requireViewer(viewer);
    const size = pageSize(first, 20);
    const before = after == null ? null : (await customerUpdateAt(journal, after, customerId)).revision;
    // 200 customers with 200 updates each are one operation: it shares the event loop with callbacks.
    const updates = await readInParts<KycUpdate>(
      size + 1,
      (last, limit) => journal.updatesBefore(customerId, last?.revision ?? before ?? revision + 1, limit),
      (part) => chargeUpdates(variableValues, part),
    );
    return page(updates, size, (update) => journal.cursors.encode(update), before === null);
  },
};
