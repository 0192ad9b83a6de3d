/**
 * What the resolvers of an application get as the source of its own fields on `Kyc` and `KycUpdate`: the plain objects of the code API,
 * whichever field of ours led there. The gateway's records stay inside: they are shared by everybody who reads the customer.
 */
import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import type { Viewer } from '../access/viewer.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { CustomerRecord } from '../journal/journal.ts';
import type { EmbeddingHost } from './context.ts';
import { isShown } from './shown-records.ts';

/** Types of ours that hold customers or updates in a field without a resolver, and that field. */
export const HOLDERS: Readonly<Record<string, string>> = {
  KycConnection: 'nodes',
  KycEdge: 'node',
  KycUpdateConnection: 'nodes',
  KycUpdateEdge: 'node',
  KycAttentionItem: 'update',
  KycReplayResult: 'update',
  AcknowledgeKycUpdatePayload: 'update',
  ConfirmKycPayload: 'kyc',
  CorrectKycPayload: 'kyc',
  RefreshKycPayload: 'kyc',
  WithdrawKycDecisionPayload: 'kyc',
};

type Shows = Pick<EmbeddingHost, 'show' | 'showUpdate'>;

/** Reads a field as GraphQL does by default. */
export function readShown(field: string) {
  return (source: unknown) => (source as Readonly<Record<string, unknown>>)[field];
}

/** What a field resolved to, with customers and updates as the viewer may see them. */
export function shownResult(found: unknown, info: GraphQLResolveInfo, viewer: Viewer | null, host: Shows): unknown {
  if (typeof found !== 'object' || found === null) return found;
  const { name } = getNamedType(info.returnType);
  if (!SHOWN.has(name)) return found;
  return Array.isArray(found)
    ? found.map((one) => shownAs(name, one, viewer, host))
    : shownAs(name, found, viewer, host);
}

const SHOWN: ReadonlySet<string> = new Set(['Kyc', 'KycUpdate', 'Node']);

/** A customer or an update as the viewer may see it; anything else comes back unchanged. */
export function shownAs(type: string, found: unknown, viewer: Viewer | null, host: Shows): unknown {
  const isRecord = typeof found === 'object' && found !== null && !(found instanceof Error) && !isShown(found);
  if (!isRecord || viewer === null) return found;
  if (type === 'Kyc' || (type === 'Node' && 'latest' in found)) return host.show(found as CustomerRecord, viewer);
  if (type === 'KycUpdate' || type === 'Node') return host.showUpdate(found as KycUpdate, viewer);
  return found;
}
