/** The public errors of the gateway: each has a code that callers may rely on, and a message that names the next step. */

/** Every code that an error of ours can carry, in HTTP bodies and in GraphQL's `extensions.code`. */
export const ERROR_CODES = [
  'UNAUTHENTICATED',
  'AUTHENTICATION_UNAVAILABLE',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'CURSOR_UNKNOWN',
  'QUERY_TOO_COMPLEX',
  'TOO_MANY_SUBSCRIPTIONS',
  'REVISION_OUTDATED',
  'XGATEWAY_UNAVAILABLE',
  'XGATEWAY_NOT_CONFIGURED',
  'JOURNAL_UNAVAILABLE',
  'QUEUE_FULL',
  'SHUTTING_DOWN',
] as const;

/** A public error code. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error whose code and message may be shown to a client. Everything else is an internal error and is not shown. */
export class KycError extends Error {
  readonly code: ErrorCode;
  /** The code again, where a GraphQL server looks for it: it takes an error's extensions over to the client. */
  readonly extensions: { readonly code: ErrorCode };

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KycError';
    this.code = code;
    this.extensions = { code };
  }
}

/** Whether the journal could not take a write for now: the same write may succeed later. */
export function isUnavailable(error: unknown): boolean {
  return (
    error instanceof KycError &&
    (error.code === 'JOURNAL_UNAVAILABLE' || error.code === 'QUEUE_FULL' || error.code === 'SHUTTING_DOWN')
  );
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
