/** Resolvers of the subscriptions: each hands out a cursor of the feed. */
import { requireCustomer, requireReader } from '../../access/viewer.ts';
import type { KycUpdate } from '../../domain/update.ts';
import { isSelected } from '../../domain/update-filter.ts';
import { customerUpdateAt, EARLIEST, placeOf } from '../connection.ts';
import type { SubscriptionResolvers } from '../generated/resolvers.ts';

const itself = (update: unknown) => update as KycUpdate;

/** Resolvers of `Subscription`. */
export const subscriptionResolvers = {
  kycStatusChanged: {
    resolve: itself,
    async subscribe(_root, args, { feed, journal, viewer, resumeAfter }) {
      const customerId = requireCustomer(viewer, args.customerId);
      const after = resumeAfter ?? args.after;
      const seen = after == null ? null : await customerUpdateAt(journal, after, customerId);
      return feed.followCustomer(customerId, seen) as AsyncIterable<never>;
    },
  },
  kycUpdates: {
    resolve: itself,
    async subscribe(_root, { filter, after: requested }, { feed, journal, viewer, resumeAfter }) {
      requireReader(viewer);
      const after = resumeAfter ?? requested;
      const from = after === EARLIEST ? 0 : after == null ? null : await placeOf(journal, after);
      return feed.followAll(from, (update) => isSelected(update, filter)) as AsyncIterable<never>;
    },
  },
} satisfies SubscriptionResolvers;
