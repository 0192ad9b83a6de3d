/** Our types in the application's own schema: merged where names are shared on purpose, refused where they clash. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  parse,
} from 'graphql';
import { typeDefsOf } from '../graphql/schema.ts';
import { checkSchemaIsOurs } from '../graphql/single-graphql.ts';
import { type EmbeddedResolvers, embeddedResolversOf } from './resolvers.ts';

/** Types and resolvers of the application's own. */
export interface OwnSchema {
  readonly typeDefs: string | DocumentNode | readonly (string | DocumentNode)[];
  readonly resolvers?: EmbeddedResolvers | readonly EmbeddedResolvers[];
}

/** Names of ours that an application may define too: scalars and Relay's page. */
const SHARED: ReadonlySet<string> = new Set(['DateTime', 'JSON', 'PageInfo', 'Node']);
const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/**
 * One executable schema of the application's types and ours. Scalars that the application defines stay its own. Throws when it defines
 * (not extends) a type of ours, such as `type Kyc`.
 */
export function mergedSchema(
  { typeDefs: own, resolvers: ownResolvers = [] }: OwnSchema,
  hasNode: boolean,
): GraphQLSchema {
  const documents = (Array.isArray(own) ? own : [own]).map((given: string | DocumentNode) =>
    typeof given === 'string' ? parse(given) : given,
  );
  const defined = new Set(documents.flatMap(definedNames));
  for (const name of definedNames(parse(typeDefsOf(hasNode)))) {
    if (!defined.has(name) || SHARED.has(name) || ROOTS.has(name)) continue;
    throw new Error(
      `The schema defines "${name}", which is a type of xgateway-kyc. Write "extend type ${name}" to add fields to it, or rename yours.`,
    );
  }
  const ours = parse(typeDefsOf(hasNode));
  const definitions = ours.definitions.filter(
    (node) =>
      !('name' in node) || node.name === undefined || !(SHARED.has(node.name.value) && defined.has(node.name.value)),
  );
  const resolvers = Object.entries(embeddedResolversOf(hasNode)).filter(
    ([name]) => !defined.has(name) || ROOTS.has(name) || name === 'Node',
  );
  const schema = makeExecutableSchema({
    typeDefs: [{ ...ours, definitions }, ...documents],
    resolvers: [Object.fromEntries(resolvers), ...(Array.isArray(ownResolvers) ? ownResolvers : [ownResolvers])],
    resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  });
  checkMergedSchema(schema);
  return schema;
}

const alone = new Map<boolean, GraphQLSchema>();

/** The gateway's types alone, for a `KycContext`: to be stitched or served on its own. Made at the first call. */
export function embeddedSchema(hasNode: boolean): GraphQLSchema {
  const known = alone.get(hasNode);
  if (known !== undefined) return known;
  const schema = makeExecutableSchema({
    typeDefs: typeDefsOf(hasNode),
    resolvers: embeddedResolversOf(hasNode),
    resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  });
  alone.set(hasNode, schema);
  return schema;
}

/** Names that a document defines; extensions define none. */
function definedNames({ definitions }: DocumentNode): string[] {
  return definitions.flatMap((node) =>
    node.kind !== Kind.SCHEMA_DEFINITION &&
    node.kind.endsWith('TypeDefinition') &&
    'name' in node &&
    node.name !== undefined
      ? [node.name.value]
      : [],
  );
}

/**
 * Throws when a schema holds altered types of ours: made by another copy of graphql, a field missing or of another
 * type, or a field added that nothing resolves (which is what merging a `type Kyc` of the application's own leaves behind).
 */
export function checkMergedSchema(schema: GraphQLSchema): void {
  checkSchemaIsOurs(schema);
  for (const ours of Object.values(embeddedSchema(true).getTypeMap())) {
    if (!isObjectType(ours) || ours.name.startsWith('__') || SHARED.has(ours.name) || isSpecifiedScalarType(ours))
      continue;
    const theirs = schema.getType(ours.name);
    if (theirs === undefined) continue;
    if (!isObjectType(theirs)) throw clash(ours.name, 'it is no object type');
    checkFields(ours, theirs);
  }
}

function checkFields(ours: GraphQLObjectType, theirs: GraphQLObjectType): void {
  const expected = ours.getFields();
  const found = theirs.getFields();
  const isRoot = ROOTS.has(ours.name);
  for (const [name, { type }] of Object.entries(expected)) {
    const field = found[name];
    // A server may expose only some of our queries.
    if (field === undefined && isRoot) continue;
    if (field === undefined) throw clash(ours.name, `it has no field "${name}"`);
    if (String(field.type) !== String(type)) throw clash(ours.name, `"${name}" is ${field.type} instead of ${type}`);
  }
  if (isRoot) return;
  const added = Object.values(found).find(({ name, resolve }) => expected[name] === undefined && resolve === undefined);
  if (added !== undefined) throw clash(ours.name, `nothing resolves its field "${added.name}"`);
}

function clash(name: string, what: string): Error {
  return new Error(
    `The type "${name}" of the schema is not the one of xgateway-kyc: ${what}. Rename yours, or write "extend type ${name}" with resolvers.`,
  );
}
