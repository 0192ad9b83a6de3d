/** Resolvers of what waits for a person. */

import { isSamePerson } from '../../access/same-person.ts';
import { deciderOf, requireViewer } from '../../access/viewer.ts';
import { attentionId } from '../attention-page.ts';
import type {
  KycAcknowledgementResolvers,
  KycAttentionItemResolvers,
  KycPendingDecisionResolvers,
} from '../generated/resolvers.ts';

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
  secondReason: ({ secondReason }) => secondReason ?? null,
  secondEvidenceUrl: ({ secondEvidenceUrl }) => secondEvidenceUrl ?? null,
};

/** Resolvers of `KycPendingDecision`. */
export const pendingDecisionResolvers: KycPendingDecisionResolvers = {
  own(pending, _args, { viewer }) {
    const { subject } = deciderOf(requireViewer(viewer));
    return subject !== null && isSamePerson(pending.subject, subject);
  },
};
