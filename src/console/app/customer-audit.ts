/** What people did about one customer, as the audit log has it: also what made no update, such as a half that was withdrawn. */
import type { Api } from './api.ts';
import { type AuditEntryFragment, AuditLogDocument, type AuditLogQuery } from './generated/operations.ts';

/** What one person did about a customer. */
export type Act = Pick<AuditEntryFragment, 'at' | 'person' | 'fields' | 'outcome' | 'codes' | 'requestId'>;

/** Everything that people who signed in did about a customer. */
export interface Acts {
  /** Oldest first. */
  readonly acts: readonly Act[];
  /** False when the log has more entries about the customer than are read: the oldest are missing. */
  readonly isComplete: boolean;
}

const PAGE = 200;
/** The most entries that are read, of what was opened as well as of what was done. */
const MOST = 4_000;

/** Reads them. Needs the scope `kyc:admin`. */
export async function readActs(api: Api, customerId: string): Promise<Acts> {
  const acts: Act[] = [];
  let read = 0;
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo } = await readPage(api, customerId, after);
    read += nodes.length;
    for (const { operation, at, person, fields, outcome, codes, requestId } of nodes)
      if (operation === 'MUTATION') acts.push({ at, person, fields, outcome, codes, requestId });
    after = pageInfo.endCursor;
    if (pageInfo.hasNextPage && read < MOST) continue;
    return { acts: acts.toReversed(), isComplete: !pageInfo.hasNextPage };
  }
}

async function readPage(api: Api, customerId: string, after: string | null): Promise<AuditLogQuery['kycAuditLog']> {
  return (await api.ask(AuditLogDocument, { filter: { customerId }, first: PAGE, after })).kycAuditLog;
}
