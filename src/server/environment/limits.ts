/** The settings `LIMIT_*`: limits on GraphQL operations and connections. Their defaults are in access/limits.ts. */
import { z } from 'zod';
import { DEFAULT_LIMITS, type LimitOptions } from '../../access/limits.ts';
import { limit as value } from './values.ts';

const limit = (description: string) => value.optional().describe(description);

/** The settings of this subject. */
export const limits = {
  LIMIT_DEPTH: limit(`The deepest GraphQL selection, in fields. Default \`${DEFAULT_LIMITS.depth}\`.`),
  LIMIT_TOKENS: limit(`Lexical tokens of a GraphQL document. Default \`${DEFAULT_LIMITS.tokens}\`.`),
  LIMIT_MESSAGE_BYTES: limit(`A GraphQL request or message, in bytes. Default \`${DEFAULT_LIMITS.messageBytes}\`.`),
  LIMIT_COST: limit(`The cost of a customer's operation. Default \`${DEFAULT_LIMITS.customer.cost}\`.`),
  LIMIT_ALIASES: limit(`Aliases in a customer's operation. Default \`${DEFAULT_LIMITS.customer.aliases}\`.`),
  LIMIT_SUBSCRIPTIONS_PER_SOCKET: limit(
    `Subscriptions of a customer's WebSocket. Default \`${DEFAULT_LIMITS.customer.subscriptionsPerSocket}\`.`,
  ),
  LIMIT_CONNECTIONS: limit(
    `WebSockets and event streams of one customer. Default \`${DEFAULT_LIMITS.customer.connections}\`.`,
  ),
  LIMIT_CONCURRENT_OPERATIONS: limit(
    `Operations of one customer that execute at once. Default \`${DEFAULT_LIMITS.customer.concurrentOperations}\`.`,
  ),
  LIMIT_QUEUED_OPERATIONS: limit(
    `Operations of one customer that wait for their turn. Default \`${DEFAULT_LIMITS.customer.queuedOperations}\`.`,
  ),
  LIMIT_SERVICE_COST: limit(`\`LIMIT_COST\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.cost}\`.`),
  LIMIT_SERVICE_ALIASES: limit(
    `\`LIMIT_ALIASES\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.aliases}\`.`,
  ),
  LIMIT_SERVICE_SUBSCRIPTIONS_PER_SOCKET: limit(
    `\`LIMIT_SUBSCRIPTIONS_PER_SOCKET\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.subscriptionsPerSocket}\`.`,
  ),
  LIMIT_SERVICE_CONNECTIONS: limit(
    `\`LIMIT_CONNECTIONS\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.connections}\`.`,
  ),
  LIMIT_SERVICE_CONCURRENT_OPERATIONS: limit(
    `\`LIMIT_CONCURRENT_OPERATIONS\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.concurrentOperations}\`.`,
  ),
  LIMIT_SERVICE_QUEUED_OPERATIONS: limit(
    `\`LIMIT_QUEUED_OPERATIONS\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.queuedOperations}\`.`,
  ),
};

const schema = z.object(limits);

/** The `LIMIT_*` settings as the gateway's `limits` option. */
export function limitOptions(read: z.output<typeof schema>): LimitOptions {
  return {
    ...given({ depth: read.LIMIT_DEPTH, tokens: read.LIMIT_TOKENS, messageBytes: read.LIMIT_MESSAGE_BYTES }),
    customer: given({
      cost: read.LIMIT_COST,
      aliases: read.LIMIT_ALIASES,
      subscriptionsPerSocket: read.LIMIT_SUBSCRIPTIONS_PER_SOCKET,
      connections: read.LIMIT_CONNECTIONS,
      concurrentOperations: read.LIMIT_CONCURRENT_OPERATIONS,
      queuedOperations: read.LIMIT_QUEUED_OPERATIONS,
    }),
    service: given({
      cost: read.LIMIT_SERVICE_COST,
      aliases: read.LIMIT_SERVICE_ALIASES,
      subscriptionsPerSocket: read.LIMIT_SERVICE_SUBSCRIPTIONS_PER_SOCKET,
      connections: read.LIMIT_SERVICE_CONNECTIONS,
      concurrentOperations: read.LIMIT_SERVICE_CONCURRENT_OPERATIONS,
      queuedOperations: read.LIMIT_SERVICE_QUEUED_OPERATIONS,
    }),
  };
}

function given<Name extends string>(values: Record<Name, number | undefined>): Partial<Record<Name, number>> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Name, number>>;
}
