/** What waits for a person, for the application's own code. */
import type { AttentionItem, AttentionList, AttentionKind as KycAttentionKind } from '../admin/attention.ts';
import type { KycStatus } from '../domain/kyc.ts';
import { attentionPage } from '../graphql/attention-page.ts';
import type { DeadLetterReason } from '../journal/dead-letters.ts';
import type { Journal } from '../journal/journal.ts';
import type { PendingDecision } from '../journal/pending-decisions.ts';
import { checkKinds } from './given.ts';
import { type KycUpdate, updateView } from './views.ts';

export type { KycAttentionKind };

/** Which page of what waits for a person. */
export interface AttentionOptions {
  /** How many items: at most 200. Default 50. */
  readonly first?: number | undefined;
  /** The `endCursor` of the previous page. */
  readonly after?: string | null | undefined;
  /** Only these kinds. Default all. */
  readonly kinds?: readonly KycAttentionKind[] | null | undefined;
}

/** Something that waits for a person. */
export interface KycAttentionItem {
  readonly kinds: readonly KycAttentionKind[];
  readonly since: Date;
  /** The update that waits; null when it is not about one. */
  readonly update: KycUpdate | null;
  readonly pendingDecision: KycPendingDecision | null;
  /** Why dead letters were not recorded, and how many there are. Null and 1 for everything else. */
  readonly deadLetterReason: DeadLetterReason | null;
  readonly count: number;
  /** The name of the consumer that stopped; null for everything else. */
  readonly consumer: string | null;
}

/** A page of what waits for a person. */
export interface KycAttentionPage {
  readonly nodes: readonly KycAttentionItem[];
  /** Whether there are more; `endCursor` is the `after` of the next page. */
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  /** How many items there are: exact up to 10,000. */
  readonly totalCount: number;
}

/** What one person decided where two are required. */
export interface KycPendingDecision {
  readonly customerId: string;
  readonly revision: number;
  /** The status that would be verified. */
  readonly status: KycStatus;
  readonly by: string;
  readonly reason: string | null;
  readonly evidenceUrl: string | null;
  readonly at: Date;
}

/** A page of the list. Rejects with `BAD_USER_INPUT` and `CURSOR_UNKNOWN`. */
export async function attentionView(
  { journal, list }: { readonly journal: Journal; readonly list: AttentionList },
  { first, after, kinds }: AttentionOptions,
): Promise<KycAttentionPage> {
  checkKinds(kinds, list.kinds);
  const reader = { list, journal, mayAdmin: true, charge: () => {} };
  const { nodes, pageInfo, totalCount } = await attentionPage(reader, { first, after, kinds });
  const { hasNextPage, endCursor } = pageInfo;
  return { nodes: nodes.map((item) => itemView(journal, item)), pageInfo: { hasNextPage, endCursor }, totalCount };
}

function itemView(journal: Journal, item: AttentionItem): KycAttentionItem {
  const { kinds, since, update, pendingDecision, deadLetterReason, count, consumer } = item;
  return {
    kinds,
    since: new Date(since),
    update: update && updateView(journal, update),
    pendingDecision: pendingDecision && pendingView(pendingDecision),
    deadLetterReason,
    count,
    consumer: consumer?.name ?? null,
  };
}

/** The view of a pending decision. */
export function pendingView({
  customerId,
  revision,
  status,
  by,
  reason,
  evidenceUrl,
  at,
}: PendingDecision): KycPendingDecision {
  return {
    customerId,
    revision,
    status,
    by,
    reason: reason ?? null,
    evidenceUrl: evidenceUrl ?? null,
    at: new Date(at),
  };
}
