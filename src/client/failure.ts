/** What can go wrong between a client and the gateway, and what is to be done about it. */

/**
 * The codes of failures that the gateway did not name itself. Besides these a failure has the gateway's own code:
 * `UNAUTHENTICATED`, `AUTHENTICATION_UNAVAILABLE`, `FORBIDDEN`, `CURSOR_UNKNOWN`, `JOURNAL_UNAVAILABLE`, ….
 */
export const CLIENT_FAILURE_CODES = [
  /** No connection, or it broke. */
  'UNREACHABLE',
  /** Nothing was heard for too long. */
  'SILENT',
  /** The gateway restarts. */
  'RESTARTING',
  /** The token's owner holds as many connections as the gateway allows. */
  'TOO_MANY_CONNECTIONS',
  /** The gateway ended the stream. */
  'ENDED',
  /** The consumer did not take its updates; the stream was left and goes on from where the consumer is. */
  'CONSUMER_BEHIND',
  /** The function that fetches a token failed. */
  'TOKEN_FAILED',
  /** What came is not what the gateway sends: is the URL right? */
  'NOT_UNDERSTOOD',
] as const;

/** Why a connection failed. `code` is for programs, the message for developers. */
export class KycFollowError extends Error {
  readonly code: (typeof CLIENT_FAILURE_CODES)[number] | (string & {});

  constructor(code: KycFollowError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KycFollowError';
    this.code = code;
  }
}

/** What only a gateway says. */
const FROM_GATEWAY = new Set(['UNAUTHENTICATED', 'AUTHENTICATION_UNAVAILABLE', 'RESTARTING', 'TOO_MANY_CONNECTIONS']);

/** Whether a connection that failed had come through to the gateway: the way to it is open. */
export function reachedGateway({ code }: KycFollowError): boolean {
  return FROM_GATEWAY.has(code);
}

/** What to do after a failure. */
export type Remedy =
  /** Try again from the cursor, forever. */
  | 'retry'
  /** The cursor is of no use: try again without it. */
  | 'reset'
  /** Trying again can't help. */
  | 'give up';

/** The remedy for a failure. A fresh token may come only from a function; a cursor can be wrong only where one was sent. */
export function remedyOf(code: string, { renewable, resumed }: { renewable: boolean; resumed: boolean }): Remedy {
  switch (code) {
    case 'CURSOR_UNKNOWN':
      return 'reset';
    case 'BAD_USER_INPUT':
      return resumed ? 'reset' : 'give up';
    case 'UNAUTHENTICATED':
      return renewable ? 'retry' : 'give up';
    case 'FORBIDDEN':
    case 'GRAPHQL_VALIDATION_FAILED':
    case 'GRAPHQL_PARSE_FAILED':
    case 'QUERY_TOO_COMPLEX':
      return 'give up';
    default:
      return 'retry';
  }
}

/** The failure that a list of GraphQL errors tells of. */
export function graphqlFailure(errors: readonly { message?: unknown; extensions?: unknown }[]): KycFollowError {
  const [first] = errors;
  const code = (first?.extensions as { code?: unknown } | undefined)?.code;
  return new KycFollowError(
    typeof code === 'string' ? code : 'NOT_UNDERSTOOD',
    typeof first?.message === 'string' ? first.message : 'The gateway reported an error without a message.',
  );
}

/** Anything that was thrown, as a failure. */
export function failureOf(thrown: unknown): KycFollowError {
  if (thrown instanceof KycFollowError) return thrown;
  const message = thrown instanceof Error && thrown.message !== '' ? thrown.message : 'The gateway can not be reached.';
  return new KycFollowError('UNREACHABLE', message, { cause: thrown });
}
