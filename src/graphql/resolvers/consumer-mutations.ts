/** Resolvers of the mutations about named consumers. */
import { decidedBy, requireAdmin } from '../../access/viewer.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';
import { deadLetterIds } from './dead-letter.ts';

/** A part of `Mutation`. */
export const consumerMutations = {
  pauseKycConsumer: async (_root, { name }, { actions, viewer }) =>
    actions.consumers.pause(name, decidedBy(requireAdmin(viewer))),
  resumeKycConsumer: async (_root, { name }, { actions, viewer }) =>
    actions.consumers.resume(name, decidedBy(requireAdmin(viewer))),
  resetKycConsumer: async (_root, { name, to }, { actions, viewer }) =>
    actions.consumers.reset(name, to, decidedBy(requireAdmin(viewer))),
  skipKycConsumerUpdate: async (_root, { name }, { actions, viewer }) =>
    actions.consumers.skip(name, decidedBy(requireAdmin(viewer))),
  async removeKycConsumer(_root, { name }, { actions, viewer }) {
    await actions.consumers.remove(name, decidedBy(requireAdmin(viewer)));
    return name;
  },
  async replayKycConsumerDeadLetters(_root, { ids }, { actions, viewer }) {
    const by = decidedBy(requireAdmin(viewer));
    return (await actions.consumers.replay(deadLetterIds(ids), by)).map(({ id }) => String(id));
  },
  async discardKycConsumerDeadLetters(_root, { ids, reason }, { actions, viewer }) {
    const by = decidedBy(requireAdmin(viewer));
    return (await actions.consumers.discard(deadLetterIds(ids), by, reason ?? null)).map(String);
  },
} satisfies MutationResolvers;
