/** Resolvers of the mutations about named consumers. */
import { requireAdmin } from '../../access/viewer.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';
import { deadLetterIds } from './dead-letter.ts';

/** A part of `Mutation`. */
export const consumerMutations = {
  pauseKycConsumer: async (_root, { name }, { actions, viewer }) =>
    actions.consumers.pause(name, requireAdmin(viewer).subject),
  resumeKycConsumer: async (_root, { name }, { actions, viewer }) =>
    actions.consumers.resume(name, requireAdmin(viewer).subject),
  resetKycConsumer: async (_root, { name, to }, { actions, viewer }) =>
    actions.consumers.reset(name, to, requireAdmin(viewer).subject),
  skipKycConsumerUpdate: async (_root, { name }, { actions, viewer }) =>
    actions.consumers.skip(name, requireAdmin(viewer).subject),
  async removeKycConsumer(_root, { name }, { actions, viewer }) {
    await actions.consumers.remove(name, requireAdmin(viewer).subject);
    return name;
  },
  async replayKycConsumerDeadLetters(_root, { ids }, { actions, viewer }) {
    const { subject } = requireAdmin(viewer);
    return (await actions.consumers.replay(deadLetterIds(ids), subject)).map(({ id }) => String(id));
  },
  async discardKycConsumerDeadLetters(_root, { ids, reason }, { actions, viewer }) {
    const { subject } = requireAdmin(viewer);
    return (await actions.consumers.discard(deadLetterIds(ids), subject, reason ?? null)).map(String);
  },
} satisfies MutationResolvers;
