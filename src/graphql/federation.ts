/**
 * The schema as a subgraph of Apollo Federation 2 (https://www.apollographql.com/docs/graphos/schema-design/federated-schemas): customers and
 * updates are entities, and the merchant's own entity gets a field with a customer's KYC.
 */
import { createRequire } from 'node:module';
import { type GraphQLSchema, parse } from 'graphql';
import { requireCustomer } from '../access/viewer.ts';
import { isRevision } from '../domain/kyc.ts';
import { KycError } from '../errors.ts';
import { noteOpened } from './audit.ts';
import type { OperationContext } from './context.ts';
import { loadCustomer } from './customer-loader.ts';
import { withAuthDirectives } from './federation-auth.ts';
import type { SubgraphEntity } from './federation-entity.ts';
import { resolversOf, typeDefsOf } from './schema.ts';

/** The SDL of the subgraph, as rover and hive read it. */
export function subgraphTypeDefs({ entity, key, field, auth = false }: SubgraphEntity): string {
  // Those of 2.5 have `@authenticated`; without it older composition does as well.
  const version = auth ? 'v2.5' : 'v2.3';
  const imports = ['@key', '@shareable', ...(auth ? ['@authenticated', '@requiresScopes'] : [])];
  const authenticated = auth ? ' @authenticated' : '';
  // On the type itself: on an extension it would hold for the fields of the extension alone.
  const types = typeDefsOf(false).replace('type PageInfo {', 'type PageInfo @shareable {');
  return `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", import: [${imports.map((name) => `"${name}"`).join(', ')}])

extend type Kyc @key(fields: "customerId")${authenticated}

extend type KycUpdate @key(fields: "customerId revision")${authenticated}

type ${entity} @key(fields: "${key}") {
  ${key}: ID!
  "What is known of this customer's KYC; null when nothing is."
  ${field}: Kyc
}

${auth ? withAuthDirectives(types) : types}`;
}

/** The resolvers of entities. `__resolveReference` is called with a representation, the context and the info. */
export function entityResolvers({ entity, key, field }: SubgraphEntity) {
  const allowed = (context: OperationContext, requested: unknown): string => {
    const customerId = requireCustomer(context.viewer, idIn(requested));
    noteOpened(context, [customerId]);
    return customerId;
  };
  const load = (context: OperationContext, customerId: unknown) =>
    loadCustomer(context.journal, allowed(context, customerId));
  return {
    Kyc: {
      __resolveReference: ({ customerId }: Representation, context: OperationContext) =>
        entityOrError(() => load(context, customerId)),
    },
    KycUpdate: {
      __resolveReference: ({ customerId, revision }: Representation, context: OperationContext) =>
        entityOrError(async () => {
          const name = { customerId: allowed(context, customerId), revision: wholeNumber(revision) };
          return isRevision(name.revision) ? ((await context.journal.updatesByRevisions([name]))[0] ?? null) : null;
        }),
    },
    [entity]: {
      [field]: (source: Representation, _args: unknown, context: OperationContext) => load(context, source[key]),
    },
  };
}

/**
 * What `find` gives; where it throws or rejects, the error as a value, which GraphQL reports for its place in the list. Never rejects:
 * @apollo/subgraph drops the promises of other entities when it throws for one, and a rejection that nobody handles ends the process.
 */
export async function entityOrError(find: () => unknown): Promise<unknown> {
  try {
    return await find();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

type Representation = Readonly<Record<string, unknown>>;

/** A customer's ID, as a router takes it from another subgraph. Text that was made of anything else would name another customer. */
function idIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Number.isSafeInteger(value)) return String(value);
  throw new KycError('BAD_USER_INPUT', "A representation must have the customer's ID as its key.");
}

function wholeNumber(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  throw new KycError('BAD_USER_INPUT', 'A representation of KycUpdate must have a "revision" of 1 or more.');
}

/** The resolvers of the subgraph: those of the schema, and those of entities. */
export function subgraphResolvers(entity: SubgraphEntity): Readonly<Record<string, object>> {
  const resolvers: Record<string, object> = { ...resolversOf(false) };
  for (const [type, fields] of Object.entries(entityResolvers(entity)))
    resolvers[type] = { ...resolvers[type], ...fields };
  return resolvers;
}

/** What makes an executable subgraph: Apollo's package. */
export type Federation = Pick<typeof import('@apollo/subgraph'), 'buildSubgraphSchema'>;

/** Loads it so that a bundle has it, with the bundle's own graphql. */
export function loadFederation(): Promise<Federation> {
  return import('@apollo/subgraph');
}

/**
 * The executable subgraph.
 * @param federation default: the application's, loaded now. It would take 15 ms of every start.
 */
export function createSubgraph(
  entity: SubgraphEntity,
  resolvers: Readonly<Record<string, object>> = subgraphResolvers(entity),
  federation: Federation = createRequire(import.meta.url)('@apollo/subgraph'),
): GraphQLSchema {
  const typeDefs = parse(subgraphTypeDefs(entity));
  return federation.buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
}
