/** How much a viewer may request and hold, by the kind of token. The same over every transport. */
import type { Viewer } from './viewer.ts';

/** The limits that depend on the kind of token. */
export interface TokenLimits {
  /** Subscriptions of one WebSocket. */
  readonly subscriptionsPerSocket: number;
  /** WebSockets and event streams of one subject. */
  readonly connections: number;
  /** Aliased fields of one operation. */
  readonly aliases: number;
  /** An operation's cost: 1 for each field, and what stands under a connection times its `first`. */
  readonly cost: number;
  /** Operations of one subject that execute at once. */
  readonly concurrentOperations: number;
  /** Operations of one subject that wait to be executed. One more is refused with `TOO_MANY_REQUESTS`. */
  readonly queuedOperations: number;
}

/** Every limit on operations and connections. */
export interface Limits {
  /** A customer's token, and requests without one. */
  readonly customer: TokenLimits;
  /** A token with `kyc:read` or `kyc:admin`. */
  readonly service: TokenLimits;
  /** The deepest selection, in fields. */
  readonly depth: number;
  /** Lexical tokens of a document. */
  readonly tokens: number;
  /** A GraphQL request or message, in bytes. */
  readonly messageBytes: number;
}

/** The limits as an owner gives them: what is left out keeps its default. */
export interface LimitOptions extends Partial<Omit<Limits, 'customer' | 'service'>> {
  readonly customer?: Partial<TokenLimits>;
  readonly service?: Partial<TokenLimits>;
}

/** The limits unless an owner says otherwise. */
export const DEFAULT_LIMITS: Limits = {
  customer: {
    subscriptionsPerSocket: 20,
    connections: 50,
    aliases: 20,
    cost: 5_000,
    concurrentOperations: 4,
    queuedOperations: 64,
  },
  service: {
    subscriptionsPerSocket: 1_000,
    connections: 1_000,
    aliases: 200,
    cost: 20_000,
    concurrentOperations: 16,
    queuedOperations: 1_000,
  },
  depth: 10,
  tokens: 1_000,
  messageBytes: 64 * 1024,
};

/** Fills in the defaults. Throws a `TypeError` that names a limit that is not a positive integer. */
export function resolveLimits(options: LimitOptions = {}): Limits {
  const { customer, service, ...shared } = options;
  return {
    ...(filled(DEFAULT_LIMITS, shared, 'limits') as Limits),
    customer: filled(DEFAULT_LIMITS.customer, customer, 'limits.customer'),
    service: filled(DEFAULT_LIMITS.service, service, 'limits.service'),
  };
}

/** The limits for a viewer; without one, those of a customer. */
export function limitsOf(limits: Limits, viewer: Viewer | null): TokenLimits {
  return viewer?.mayRead === true ? limits.service : limits.customer;
}

function filled<Values extends object>(defaults: Values, given: object | undefined, where: string): Values {
  const result = { ...defaults } as Record<string, unknown>;
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue;
    if (!Object.hasOwn(defaults, name)) throw new TypeError(`${where}.${name} is not a limit.`);
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(`${where}.${name} must be a positive integer, not ${String(value)}.`);
    }
    result[name] = value;
  }
  return result as Values;
}
