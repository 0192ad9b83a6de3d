/** What staff pages show: the latest updates of all customers, and lists of customers that stay current. */
import { ask } from './ask.ts';
import { LIST_CUSTOMERS } from './documents.ts';
import { followKycUpdates, followUpdatesSince } from './follow.ts';
import type { FollowedUpdate, KycFollowState } from './follow-contract.ts';
import type { Kyc, KycFilter, KycUpdateFilter, PageInfo } from './generated/kyc.ts';
import { CONNECTING, type KycViews } from './kyc-views.ts';
import { LiveView } from './live-view.ts';
import { jitteredDelay, sleep } from './retry.ts';

/** The latest updates of all customers. */
export interface KycUpdatesView {
  /** Newest first: at most `limit`. They stay while the connection is down. */
  readonly updates: readonly FollowedUpdate[];
  /** How the page is connected. `live` means that nothing is missing. */
  readonly connection: KycFollowState;
}

/** Which updates to show. */
export interface KycUpdatesQuery {
  /** All when left out. */
  readonly filter?: KycUpdateFilter | null | undefined;
  /** How many are kept. Default 50. */
  readonly limit?: number | undefined;
  /** Start after this cursor, for example the `asOf` of a list, instead of now. */
  readonly after?: string | null | undefined;
}

/** A customer in a list. */
export type ListedKyc = Omit<Kyc, 'confirmedBy' | 'history' | 'latestUpdate'>;

/** A list of customers, as current as the connection. */
export interface KycCustomersView {
  /** Most recently changed first. Null before the first answer. They stay while the connection is down. */
  readonly customers: readonly ListedKyc[] | null;
  /** Whether there is another page, and the cursor after which it starts. Null before the first answer. */
  readonly pageInfo: Pick<PageInfo, 'endCursor' | 'hasNextPage'> | null;
  /** How the page is connected. `live` means that the list is current, or will be within a second. */
  readonly connection: KycFollowState;
}

/** Which customers to list. */
export interface KycCustomersQuery {
  /** All when left out. */
  readonly filter?: KycFilter | null | undefined;
  /** The page size: at most 200. Default 50. */
  readonly first?: number | undefined;
  /** The `endCursor` of the page before. */
  readonly after?: string | null | undefined;
}

/** The view before the first answer. */
export const NO_UPDATES: KycUpdatesView = { updates: [], connection: CONNECTING };
/** The view before the first answer. */
export const NO_CUSTOMERS: KycCustomersView = { customers: null, pageInfo: null, connection: CONNECTING };

const DEFAULT_LIMIT = 50;

/** The view of the latest updates. */
export function updatesView(source: KycViews, { filter, limit = DEFAULT_LIMIT, after }: KycUpdatesQuery) {
  return source.view(JSON.stringify(['updates', filter, limit, after]), (idle) => {
    const follow = (show: (change: (view: KycUpdatesView) => KycUpdatesView) => void) =>
      followKycUpdates({
        ...source.connection(),
        filter,
        after,
        onUpdate: (update) => show((view) => ({ ...view, updates: [update, ...view.updates].slice(0, limit) })),
        onState: (connection) => show((view) => ({ ...view, connection })),
        // What was shown may not be in the journal that is followed now.
        onReset: () => show((view) => ({ ...view, updates: [] })),
      }).close;
    return new LiveView(NO_UPDATES, follow, idle);
  });
}

interface List {
  readonly kycCustomers: {
    readonly asOf: string;
    readonly pageInfo: NonNullable<KycCustomersView['pageInfo']>;
    readonly nodes: readonly ListedKyc[];
  };
}

/** How often a list is read again at most while customers change, in milliseconds. */
const REFRESH_MS = 1_000;

/** The view of a list: read once, and again when a customer has changed. */
export function customersView(source: KycViews, { filter, first = DEFAULT_LIMIT, after }: KycCustomersQuery) {
  const variables = { filter: filter ?? null, first, after: after ?? null };
  return source.view(JSON.stringify(['customers', variables]), (idle) => {
    const follow = (show: (change: (view: KycCustomersView) => KycCustomersView) => void) => {
      const closing = new AbortController();
      const read = async (): Promise<string> => {
        const { kycCustomers } = await ask<List>(source.connection(), LIST_CUSTOMERS, variables, closing.signal);
        const { nodes: customers, pageInfo, asOf } = kycCustomers;
        if (!closing.signal.aborted) show((view) => ({ ...view, customers, pageInfo }));
        return asOf;
      };
      const refresh = refresher(read, closing.signal);
      const follower = followUpdatesSince(
        {
          ...source.connection(),
          onUpdate: refresh,
          onState: (connection) => show((view) => ({ ...view, connection })),
        },
        // What changes after the list was read is delivered after its `asOf`.
        read,
      );
      return () => {
        closing.abort();
        follower.close();
      };
    };
    return new LiveView(NO_CUSTOMERS, follow, idle);
  });
}

/** Reads again whatever has changed since the last read began, at most once per `REFRESH_MS`, until it succeeds. */
function refresher(read: () => Promise<unknown>, closing: AbortSignal): () => void {
  let isStale = false;
  let isReading = false;
  const run = async (): Promise<void> => {
    for (let failures = 0; isStale && !closing.aborted; ) {
      isStale = false;
      const failed = await read().then(
        () => false,
        () => true,
      );
      failures = failed ? failures + 1 : 0;
      isStale ||= failed;
      await sleep(REFRESH_MS + (failed ? jitteredDelay(failures) : 0), closing);
    }
    isReading = false;
  };
  return () => {
    isStale = true;
    if (isReading) return;
    isReading = true;
    void run();
  };
}
