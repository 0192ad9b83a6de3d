/** Resolvers of what waits for a person. */

import { attentionId } from '../attention-page.ts';
import type { KycAcknowledgementResolvers, KycAttentionItemResolvers } from '../generated/resolvers.ts';

/** Resolvers of `KycAttentionItem`. */
export const attentionItemResolvers: KycAttentionItemResolvers = {
  id: (item) => attentionId(item),
  customerId: ({ update }) => update?.customerId ?? null,
};

/** Resolvers of `KycAcknowledgement`. */
export const acknowledgementResolvers: KycAcknowledgementResolvers = {
  secondBy: ({ secondBy }) => secondBy ?? null,
  reason: ({ reason }) => reason ?? null,
  evidenceUrl: ({ evidenceUrl }) => evidenceUrl ?? null,
};
