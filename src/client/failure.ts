/** What can go wrong between a client and the gateway, and what the client does about it. */
import { CLOSE } from './protocol.ts';

/**
 * The codes of failures that the gateway did not name itself. Any other code is the gateway's own:
 * `UNAUTHENTICATED`, `AUTHENTICATION_UNAVAILABLE`, `FORBIDDEN`, `CURSOR_UNKNOWN`, `JOURNAL_UNAVAILABLE`, ….
 */
export const CLIENT_FAILURE_CODES = [
  /** There is no connection, or it broke. */
  'UNREACHABLE',
  /** Nothing arrived for too long. */
  'SILENT',
  /** The gateway restarts. */
  'RESTARTING',
  /** The token's owner holds as many connections as the gateway allows. */
  'TOO_MANY_CONNECTIONS',
  /** The gateway ended the stream. */
  'ENDED',
  /** The consumer did not take its updates: the stream was closed, and continues from the consumer's position. */
  'CONSUMER_BEHIND',
  /** The token function failed, or did not answer in time. */
  'TOKEN_FAILED',
  /** The answer is not one of the gateway's. Check the URL. */
  'NOT_UNDERSTOOD',
] as const;

/**
 * Why a connection failed. `code` is for programs, the message for developers.
 *
 * @example
 * ```ts
 * import { followKyc, KycFollowError } from 'xgateway-kyc/client';
 *
 * try {
 *   for await (const update of followKyc({ url: '/graphql', token: 'a token' })) console.log(update.status);
 * } catch (error) {
 *   if (error instanceof KycFollowError && error.code === 'UNAUTHENTICATED') location.assign('/sign-in');
 *   else throw error;
 * }
 * ```
 */
export class KycFollowError extends Error {
  readonly code: (typeof CLIENT_FAILURE_CODES)[number] | (string & {});

  constructor(code: KycFollowError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KycFollowError';
    this.code = code;
  }
}

/** Failures that only the gateway can report. */
const FROM_GATEWAY = new Set(['UNAUTHENTICATED', 'AUTHENTICATION_UNAVAILABLE', 'RESTARTING', 'TOO_MANY_CONNECTIONS']);

/** Whether a connection that failed had reached the gateway: the transport works. */
export function reachedGateway({ code }: KycFollowError): boolean {
  return FROM_GATEWAY.has(code);
}

/** What to do after a failure. */
export type Remedy =
  /** Retry from the cursor, indefinitely. */
  | 'retry'
  /** The cursor is no longer valid: retry without it. */
  | 'reset'
  /** Retrying cannot help. */
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
    case 'BAD_REQUEST':
    case 'DOCUMENT_NOT_FOUND':
    case 'DOCUMENT_NOT_TRUSTED':
    case 'PERSISTED_QUERY_NOT_FOUND':
    case 'GRAPHQL_PARSE_FAILED':
    case 'QUERY_TOO_COMPLEX':
      return 'give up';
    default:
      return 'retry';
  }
}

/** The failure behind a list of GraphQL errors. */
export function graphqlFailure(errors: readonly { message?: unknown; extensions?: unknown }[]): KycFollowError {
  const [first] = errors;
  const code = (first?.extensions as { code?: unknown } | undefined)?.code;
  return new KycFollowError(
    typeof code === 'string' ? code : 'NOT_UNDERSTOOD',
    typeof first?.message === 'string' ? first.message : 'The gateway reported an error without a message.',
  );
}

/** The failure behind a socket's close. */
export function closeFailure({ code = 1006, reason }: { code?: number; reason?: string }): KycFollowError {
  const message = `The socket was closed with ${code}${reason ? `: ${reason}` : ''}.`;
  return new KycFollowError(CLOSE_FAILURES.get(code) ?? 'UNREACHABLE', message);
}

const CLOSE_FAILURES = new Map<number, string>([
  [CLOSE.forbidden.code, 'UNAUTHENTICATED'],
  [CLOSE.authenticationUnavailable.code, 'AUTHENTICATION_UNAVAILABLE'],
  [CLOSE.tooManyConnections.code, 'TOO_MANY_CONNECTIONS'],
  [CLOSE.serviceRestart.code, 'RESTARTING'],
]);

/** Anything that was thrown, as a failure. */
export function failureOf(thrown: unknown): KycFollowError {
  if (thrown instanceof KycFollowError) return thrown;
  const message = thrown instanceof Error && thrown.message !== '' ? thrown.message : 'The gateway cannot be reached.';
  return new KycFollowError('UNREACHABLE', message, { cause: thrown });
}
