/** Resolvers of the mutations. */
import { decidedBy, deciderOf, requireAdmin } from '../../access/viewer.ts';
import { erasureReport } from '../../journal/erasure-report.ts';
import { noteChanged } from '../audit.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';
import { consumerMutations } from './consumer-mutations.ts';
import { deadLetterIds } from './dead-letter.ts';

/** Resolvers of `Mutation`. */
export const mutationResolvers: MutationResolvers = {
  ...consumerMutations,
  async refreshKyc(_root, { customerId }, { actions, viewer }) {
    requireAdmin(viewer);
    const { outcome, customer } = await actions.refresh(customerId);
    return { outcome, kyc: customer };
  },
  async confirmKyc(_root, given, { actions, viewer }) {
    const decider = deciderOf(requireAdmin(viewer));
    const { outcome, customer } = await actions.confirm({ ...given, ...decider });
    return { outcome, kyc: customer };
  },
  async correctKyc(_root, given, { actions, viewer }) {
    const decider = deciderOf(requireAdmin(viewer));
    const { outcome, customer } = await actions.correct({ ...given, ...decider });
    return { outcome, kyc: customer };
  },
  async acknowledgeKycUpdate(_root, given, { actions, viewer }) {
    return actions.acknowledge({ ...given, by: decidedBy(requireAdmin(viewer)) });
  },
  async withdrawKycDecision(_root, given, { actions, viewer }) {
    const by = decidedBy(requireAdmin(viewer));
    const { withdrawn, customer } = await actions.withdraw({ ...given, by });
    return { withdrawn, kyc: customer };
  },
  async replayKycDeadLetters(_root, { ids }, context) {
    const { actions, viewer } = context;
    requireAdmin(viewer);
    const results = await actions.replay(deadLetterIds(ids));
    noteChanged(
      context,
      results.map(({ update }) => update?.customerId),
    );
    return results;
  },
  async discardKycDeadLetters(_root, { ids, reason }, { actions, viewer }) {
    const by = decidedBy(requireAdmin(viewer));
    return (await actions.discard({ ids: deadLetterIds(ids), by, reason })).map(String);
  },
  async eraseKyc(_root, { customerId, reason }, { actions, viewer }) {
    const by = decidedBy(requireAdmin(viewer));
    const outcome = await actions.erase({ customerId, by, reason });
    return erasureReport(outcome);
  },
};
