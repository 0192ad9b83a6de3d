/** Resolvers of `Node`: objects by their global ID. */
import { requireViewer, type Viewer } from '../../access/viewer.ts';
import type { KycUpdate } from '../../domain/update.ts';
import { KycError } from '../../errors.ts';
import { nextTurn } from '../../http/turn.ts';
import { customerAsOf } from '../../journal/as-of.ts';
import { MAX_CUSTOMERS_AT_ONCE } from '../../journal/customers.ts';
import type { Journal } from '../../journal/journal.ts';
import { chargeUpdates } from '../answer-budget.ts';
import { noteOpened } from '../audit.ts';
import type { NodeResolvers, QueryResolvers } from '../generated/resolvers.ts';
import { type NodeName, readGlobalId } from '../global-id.ts';
import type { CustomerSource } from './state.ts';

/** What a `Node` is resolved from. */
export type NodeSource = CustomerSource | KycUpdate;

/** IDs are read in one batch, but each state at an earlier moment costs about twenty reads of its own. */
const MAX_AS_OF_AT_ONCE = 10;

/** Finds the type of an object. */
export const nodeResolvers: NodeResolvers = {
  __resolveType: (source) => ('latest' in source ? 'Kyc' : 'KycUpdate'),
};

/** `Query.node` and `Query.nodes`. */
export const nodeQueryResolvers: Required<Pick<QueryResolvers, 'node' | 'nodes'>> = {
  async node(_root, { id }, context, { variableValues }) {
    const { journal, viewer } = context;
    const name = nameFor(requireViewer(viewer), id);
    if (name instanceof KycError) throw name;
    const [node] = await readNodes(journal, [name]);
    chargeNodes(variableValues, [node ?? null]);
    noteOpened(context, [node == null ? null : customerOf(node)]);
    return node ?? null;
  },
  async nodes(_root, { ids }, context, { variableValues }) {
    const { journal, viewer } = context;
    const known = requireViewer(viewer);
    if (ids.length > MAX_CUSTOMERS_AT_ONCE) {
      const message = `${ids.length} IDs, at most ${MAX_CUSTOMERS_AT_ONCE} at once. Ask several times.`;
      throw new KycError('BAD_USER_INPUT', message);
    }
    const names = ids.map((id) => nameFor(known, id));
    const allowed = names.flatMap((name) => (name instanceof KycError ? [] : [name]));
    const found = await readNodes(journal, allowed);
    chargeNodes(variableValues, found);
    noteOpened(
      context,
      found.map((node) => node && customerOf(node)),
    );
    const next = found.values();
    // An error in a list is the error of its place.
    return names.map((name) => (name instanceof KycError ? name : next.next().value)) as (NodeSource | null)[];
  },
};

/** What an ID names, or why this viewer may not have it. To a customer, other customers' IDs and unknown IDs look the same. */
function nameFor(viewer: Viewer, id: string): NodeName | KycError {
  const name = readGlobalId(id);
  const isOwn = name !== null && name.customerId === viewer.customerId;
  if (!viewer.mayRead && !isOwn) return new KycError('FORBIDDEN', 'This token is not for the object with this ID.');
  return name ?? new KycError('BAD_USER_INPUT', 'Not a valid ID. Send the "id" of an object that this gateway gave.');
}

async function readNodes(journal: Journal, names: readonly NodeName[]): Promise<(NodeSource | null)[]> {
  const found = new Map<NodeName, NodeSource | null>();
  const current = names.filter((name) => name.type === 'Kyc' && name.asOf === undefined);
  const updates = names.filter((name) => name.type === 'KycUpdate');
  const past = names.flatMap((name) =>
    name.type === 'Kyc' && name.asOf !== undefined ? { name, asOf: name.asOf } : [],
  );
  if (past.length > MAX_AS_OF_AT_ONCE) {
    const message = `${past.length} IDs of states in the past, at most ${MAX_AS_OF_AT_ONCE} at once. Ask several times.`;
    throw new KycError('BAD_USER_INPUT', message);
  }
  const keep = (asked: readonly NodeName[], sources: readonly (NodeSource | null)[]): void =>
    asked.forEach((name, index) => {
      found.set(name, sources[index] ?? null);
    });
  if (current.length > 0) keep(current, await journal.customersByIds(current.map(({ customerId }) => customerId)));
  if (updates.length > 0) keep(updates, await journal.updatesByRevisions(updates));
  for (const { name, asOf } of past) {
    await nextTurn();
    found.set(name, await readAsOf(journal, name.customerId, asOf));
  }
  return names.map((name) => found.get(name) ?? null);
}

function customerOf(node: NodeSource): string {
  return 'latest' in node ? node.latest.customerId : node.customerId;
}

function chargeNodes(execution: object, nodes: readonly (NodeSource | null)[]): void {
  const updates = nodes.flatMap((node) => (node === null ? [] : 'latest' in node ? node.latest : node));
  chargeUpdates(execution, updates);
}

/** The customer as known at `asOf`, with an ID of that moment; null when they were not known yet. */
export async function readAsOf(journal: Journal, customerId: string, asOf: number): Promise<CustomerSource | null> {
  const customer = await customerAsOf(journal, customerId, asOf);
  return customer && { ...customer, asOf };
}
