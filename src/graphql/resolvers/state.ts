/** Resolvers of `Kyc` and `KycUpdate`: what both share, and what each adds. */
import { requireAdmin, requireViewer } from '../../access/viewer.ts';
import { nextActionOf, statusOf } from '../../domain/kyc.ts';
import { type Confirmation, confirmationOf, latestConfirmation } from '../../domain/trust.ts';
import { isInDoubt, isReversal, type KycUpdate } from '../../domain/update.ts';
import { nextTurn } from '../../http/turn.ts';
import type { CustomerRecord } from '../../journal/journal.ts';
import { customerUpdateAt, page, pageSize } from '../connection.ts';
import type { KycContext } from '../context.ts';
import type {
  KycConfirmationResolvers,
  KycDocumentResolvers,
  KycResolvers,
  KycUpdateResolvers,
} from '../generated/resolvers.ts';

/** A document's name, as sent. */
export type DocumentSource = string;

/** Resolvers of `KycDocument`. */
export const documentResolvers: KycDocumentResolvers = { type: (document) => document };

/** What only staff are shown of a confirmation: an end user is not told who decided about them, or why. */
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
  ...stateOf((update: KycUpdate) => update),
  confirmed: (update) => update.confirmed,
  confirmedBy: (update) => confirmationOf(update),
  possiblyLate: (update) => update.possiblyLate === true,
  cursor: (update, _args, { journal }) => journal.cursors.encode(update),
  previousStatus: ({ previousStatus }) => (previousStatus === undefined ? null : statusOf(previousStatus)),
  reversal: (update) => isReversal(update),
  repeatsRevision: (update) => update.repeatsRevision,
  source: (update) => update.source,
  receivedAt: (update) => update.receivedAt,
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
  ...stateOf(({ latest }: CustomerRecord) => latest),
  confirmed: ({ latest, confirmedAt }) => latest.confirmed || confirmedAt !== null,
  confirmedBy: ({ latest, confirmedAt }) => latestConfirmation(latest, confirmedAt),
  firstSeenAt: ({ firstSeenAt }) => firstSeenAt,
  updatedAt: ({ latest }) => latest.receivedAt,
  confirmedAt: ({ confirmedAt }) => confirmedAt,
  latestUpdate: ({ latest }) => latest,
  async history({ latest: { customerId, revision } }, { first, after }, { journal, viewer }) {
    requireViewer(viewer);
    const size = pageSize(first, 20);
    // 200 customers with 200 updates each are one operation: it shares the event loop with callbacks.
    const turn = nextTurn();
    if (turn !== undefined) await turn;
    const before = after == null ? null : (await customerUpdateAt(journal, after, customerId)).revision;
    const updates = await journal.updatesBefore(customerId, before ?? revision + 1, size + 1);
    return page(updates, size, (update) => journal.cursors.encode(update), before === null);
  },
};

function stateOf<Source>(updateOf: (source: Source) => KycUpdate) {
  return {
    customerId: (source: Source) => updateOf(source).customerId,
    revision: (source: Source) => updateOf(source).revision,
    status: (source: Source) => statusOf(updateOf(source).status),
    rawStatus: (source: Source) => updateOf(source).status,
    processingStatus: (source: Source) => updateOf(source).processingStatus,
    missingDocuments: (source: Source) => updateOf(source).missingDocuments,
    rejectLabels: (source: Source) => updateOf(source).rejectLabels,
    endUserMessage: (source: Source) => updateOf(source).endUserMessage,
    nextAction: (source: Source) => nextActionOf(statusOf(updateOf(source).status)),
    verified: (source: Source) => updateOf(source).verified,
    inDoubt: (source: Source) => isInDoubt(updateOf(source)),
  };
}
