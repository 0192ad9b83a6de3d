/** The fields of customers and updates that do not depend on the viewer: the same in GraphQL and in the code API. */
import { doubtReasonOf } from '../domain/attention.ts';
import { nextActionOf, statusOf } from '../domain/kyc.ts';
import { confirmationOf, latestConfirmation } from '../domain/trust.ts';
import { isInDoubt, isReversal, type KycUpdate } from '../domain/update.ts';
import type { CustomerRecord } from './journal.ts';

/** The fields of an update. */
export const updateFields = {
  ...stateOf((update: KycUpdate) => update),
  confirmed: (update: KycUpdate) => update.confirmed,
  confirmedBy: (update: KycUpdate) => confirmationOf(update),
  possiblyLate: (update: KycUpdate) => update.possiblyLate === true,
  previousStatus: ({ previousStatus }: KycUpdate) => (previousStatus === undefined ? null : statusOf(previousStatus)),
  reversal: (update: KycUpdate) => isReversal(update),
  repeatsRevision: (update: KycUpdate) => update.repeatsRevision,
  source: (update: KycUpdate) => update.source,
  receivedAt: (update: KycUpdate) => update.receivedAt,
} as const;

/** The fields of a customer. */
export const customerFields = {
  ...stateOf(({ latest }: CustomerRecord) => latest),
  confirmed: ({ latest, confirmedAt }: CustomerRecord) => latest.confirmed || confirmedAt !== null,
  confirmedBy: ({ latest, confirmedAt }: CustomerRecord) => latestConfirmation(latest, confirmedAt),
  firstSeenAt: ({ firstSeenAt }: CustomerRecord) => firstSeenAt,
  updatedAt: ({ latest }: CustomerRecord) => latest.receivedAt,
  confirmedAt: ({ confirmedAt }: CustomerRecord) => confirmedAt,
} as const;

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
    doubtReason: (source: Source) => doubtReasonOf(updateOf(source)),
  };
}

/** Reads every field of a source. */
export function readFields<Source, Fields extends Readonly<Record<string, (source: Source) => unknown>>>(
  fields: Fields,
  source: Source,
): { [Name in keyof Fields]: ReturnType<Fields[Name]> } {
  const values: Partial<Record<keyof Fields, unknown>> = {};
  for (const name in fields) values[name] = fields[name]?.(source);
  return values as { [Name in keyof Fields]: ReturnType<Fields[Name]> };
}
