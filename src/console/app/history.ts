/** One customer's timeline, newest first. */
import type { Api } from './api.ts';
import { CustomerHistoryDocument, type CustomerHistoryQuery } from './generated/operations.ts';
import type { Live } from './live.ts';
import { LivePages } from './live-pages.ts';

/** What is known of a customer beside their updates; `null`: XGateway has reported nothing about them. */
export interface AboutCustomer {
  readonly kyc: Pick<NonNullable<CustomerHistoryQuery['kyc']>, 'firstSeenAt' | 'confirmedBy'> | null;
}

const PAGE = 25;

/** The updates of `customerId`. */
export function historyOf(api: Api, live: Live, customerId: string): LivePages<AboutCustomer> {
  return new LivePages<AboutCustomer>(live, {
    async read(after) {
      const { kyc } = await api.ask(CustomerHistoryDocument, { customerId, first: PAGE, after });
      return {
        rows: kyc?.history.nodes ?? [],
        about: { kyc },
        hasMore: kyc?.history.pageInfo.hasNextPage ?? false,
        endCursor: kyc?.history.pageInfo.endCursor ?? null,
      };
    },
    apply({ rows, about }, updates) {
      const newer = updates.filter(
        (update) => update.customerId === customerId && update.revision > (rows[0]?.revision ?? 0),
      );
      if (newer.length === 0) return {};
      const firstSeenAt = about?.kyc?.firstSeenAt ?? newer[0]?.receivedAt ?? '';
      const last = newer.at(-1);
      return {
        rows: [...newer.toReversed(), ...rows],
        about: { kyc: { firstSeenAt, confirmedBy: last?.confirmedBy ?? null } },
      };
    },
  });
}
