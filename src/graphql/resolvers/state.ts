/** Resolvers of `Kyc` and `KycUpdate`: what both share, and what each adds. */
import { requireAdmin, requireViewer } from '../../access/viewer.ts';
import type { Confirmation } from '../../domain/trust.ts';
import type { KycUpdate } from '../../domain/update.ts';
import { customerFields, updateFields } from '../../journal/fields.ts';
import { chargeUpdates } from '../answer-budget.ts';
import { customerUpdateAt, page, pageSize } from '../connection.ts';
import type { KycContext } from '../context.ts';
import type {
  KycConfirmationResolvers,
  KycDocumentResolvers,
  KycResolvers,
  KycUpdateResolvers,
} from '../generated/resolvers.ts';
import { readInParts } from '../read-in-parts.ts';

/** A document's name, as sent. */
export type DocumentSource = string;

/** Resolvers of `KycDocument`. */
export const documentResolvers: KycDocumentResolvers = { type: (document) => document };

/** What only staff are shown of a confirmation: an end user does not see who decided about them, or why. */
const staffOnly =
  (field: 'by' | 'secondBy' | 'reason' | 'evidenceUrl') =>
  (confirmation: Confirmation, _args: unknown, { viewer }: KycContext) =>
    requireViewer(viewer).mayRead ? (confirmation[field] ?? null) : null;

/** Resolvers of `KycConfirmation`. */
export const confirmationResolvers: KycConfirmationResolvers = {
  source: ({ source }) => source,
  by: staffOnly('by'),
  secondBy: staffOnly('secondBy'),
  reason: staffOnly('reason'),
  evidenceUrl: staffOnly('evidenceUrl'),
  at: ({ at }) => at,
};

/** Resolvers of `KycUpdate`. */
export const updateResolvers: KycUpdateResolvers = {
  ...updateFields,
  cursor: (update, _args, { journal }) => journal.cursors.encode(update),
  extra: (update, _args, { viewer }) => {
    requireAdmin(viewer);
    return update.extra;
  },
  requestId: (update, _args, { viewer }) => {
    requireAdmin(viewer);
    return update.requestId ?? null;
  },
};

/** Resolvers of `Kyc`. */
export const kycResolvers: KycResolvers = {
  ...customerFields,
  latestUpdate: ({ latest }) => latest,
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
