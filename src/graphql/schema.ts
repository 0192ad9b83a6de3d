/** The schema: the SDL in schema/ and the resolvers. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildSchema, GraphQLScalarType, type GraphQLSchema, Kind } from 'graphql';
import { KycError } from '../errors.ts';
import { dateTimeText } from './date-time-text.ts';
import type { NodeResolvers } from './generated/resolvers.ts';
import { acknowledgementResolvers, attentionItemResolvers, pendingDecisionResolvers } from './resolvers/attention.ts';
import { auditEntryResolvers } from './resolvers/audit-log.ts';
import { consumerDeadLetterResolvers, consumerResolvers } from './resolvers/consumer.ts';
import { deadLetterResolvers, replayResultResolvers } from './resolvers/dead-letter.ts';
import { mutationResolvers } from './resolvers/mutation.ts';
import { nodeQueryResolvers, nodeResolvers } from './resolvers/node.ts';
import { queryResolvers } from './resolvers/query.ts';
import { confirmationResolvers, documentResolvers, kycResolvers, updateResolvers } from './resolvers/state.ts';
import { subscriptionResolvers } from './resolvers/subscription.ts';
import { sdlFiles } from './sdl.ts';

const DateTime = new GraphQLScalarType<number, string>({
  ...describedScalar('DateTime', 'date-time.graphql'),
  serialize: (milliseconds) => dateTimeText(milliseconds as number),
  parseValue: readDateTime,
  parseLiteral: (node) => readDateTime(node.kind === Kind.STRING ? node.value : null),
});

const JsonValue = new GraphQLScalarType(describedScalar('JSON', 'json.graphql'));

/** A scalar's name, description and specification, as the SDL has them: merged schemas take them from here. */
function describedScalar(name: string, file: string) {
  const { description, specifiedByURL } = buildSchema(sdlFiles[file] ?? '').getType(name) as GraphQLScalarType;
  return { name, description, specifiedByURL };
}

/** RFC 3339, as a client may write it: any offset, any fraction of a second. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

function readDateTime(value: unknown): number {
  const milliseconds = typeof value === 'string' && DATE_TIME.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw new KycError('BAD_USER_INPUT', 'A DateTime is RFC 3339, for example 2026-01-31T12:00:00.000Z.');
}

/** What `node.graphql` adds: an application may have an interface `Node` of its own. */
const NODE_FILE = 'node.graphql';

/** The SDL, to be merged into a schema of the application's own. `hasNode`: with `Node` and the queries for it. */
export function typeDefsOf(hasNode: boolean): string {
  return Object.entries(sdlFiles)
    .flatMap(([name, text]) => (name === NODE_FILE && !hasNode ? [] : text))
    .join('\n');
}

/** The whole SDL. */
export const typeDefs: string = typeDefsOf(true);

const resolvers = {
  DateTime,
  JSON: JsonValue,
  KycAcknowledgement: acknowledgementResolvers,
  KycAttentionItem: attentionItemResolvers,
  KycAuditEntry: auditEntryResolvers,
  KycConsumer: consumerResolvers,
  KycConsumerDeadLetter: consumerDeadLetterResolvers,
  KycDeadLetter: deadLetterResolvers,
  KycPendingDecision: pendingDecisionResolvers,
  KycReplayResult: replayResultResolvers,
  Mutation: mutationResolvers,
  Kyc: kycResolvers,
  KycConfirmation: confirmationResolvers,
  KycDocument: documentResolvers,
  KycUpdate: updateResolvers,
  Query: queryResolvers,
  Subscription: subscriptionResolvers,
};

/** Resolvers. They need an `OperationContext`. */
export type KycResolvers = typeof resolvers & { readonly Node?: NodeResolvers };

/** The resolvers for `typeDefsOf(hasNode)`. */
export function resolversOf(hasNode: boolean): KycResolvers {
  if (!hasNode) return resolvers;
  return { ...resolvers, Node: nodeResolvers, Query: { ...queryResolvers, ...nodeQueryResolvers } };
}

/** The gateway's schema on its own. */
export function createSchema(hasNode = true): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: typeDefsOf(hasNode),
    resolvers: resolversOf(hasNode),
    resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  });
}
