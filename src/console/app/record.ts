/** Everything that is recorded about one customer, to keep, print or hand over. */
import type { Api } from './api.ts';
import { type Acts, readActs } from './customer-audit.ts';
import { CustomerRecordDocument, type CustomerRecordQuery, type RecordUpdateFragment } from './generated/operations.ts';
import { page } from './page.ts';

type Kyc = NonNullable<CustomerRecordQuery['kyc']>;

/** A customer's record, as it was read. */
export interface CustomerRecord {
  readonly customerId: string;
  readonly readAt: string;
  readonly server: string;
  /** The journal's last entry before the record was read. */
  readonly journalHead: CustomerRecordQuery['kycJournalHead'];
  readonly firstSeenAt: string;
  readonly confirmedAt: string | null;
  readonly confirmedBy: Kyc['confirmedBy'];
  /** What one person decided and a second one has to agree with. */
  readonly pendingDecision: Kyc['pendingDecision'];
  /** What people who signed in did about the customer; null: not shown without `kyc:admin`. */
  readonly decisions: Acts | null;
  /** Newest first. */
  readonly updates: readonly RecordUpdateFragment[];
  /** False when there are more updates than one record takes: the oldest are missing. */
  readonly isComplete: boolean;
}

const PAGE = 100;
/** The most updates of one record: beyond that, `xgateway-kyc export` writes them. */
const MOST = 5_000;

/** Reads a record, page by page; null: nothing is recorded. `progress` is called with the number of updates so far. */
export async function readRecord(
  api: Api,
  customerId: string,
  isAdmin: boolean,
  progress: (read: number) => void,
): Promise<CustomerRecord | null> {
  const readAt = new Date().toISOString();
  const updates: RecordUpdateFragment[] = [];
  let first: CustomerRecordQuery | null = null;
  for (let after: string | null = null; ; ) {
    const variables = { customerId, first: PAGE, after, isAdmin };
    const answer: CustomerRecordQuery = await api.ask(CustomerRecordDocument, variables);
    first ??= answer;
    if (first.kyc === null || answer.kyc === null) return null;
    const { nodes, pageInfo } = answer.kyc.history;
    updates.push(...nodes);
    progress(updates.length);
    after = pageInfo.endCursor;
    if (pageInfo.hasNextPage && updates.length < MOST) continue;
    const { firstSeenAt, confirmedAt, confirmedBy, pendingDecision } = first.kyc;
    return {
      customerId,
      readAt,
      server: new URL(page.graphqlUrl).origin,
      journalHead: first.kycJournalHead,
      firstSeenAt,
      confirmedAt,
      confirmedBy,
      pendingDecision,
      decisions: isAdmin ? await readActs(api, customerId) : null,
      updates,
      isComplete: !pageInfo.hasNextPage,
    };
  }
}
