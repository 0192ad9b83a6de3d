/** Every answer that the callback endpoint gives, in one table. The status of an error comes from its code's row. */
import type { ErrorCode } from '../errors.ts';
import { ERROR_ANSWERS, errorBody } from '../http/error-response.ts';

/** What the gateway keeps of a callback: a journal entry, a dead letter of either category, a counter and a log line, or nothing. */
export type Kept = 'entry' | 'genuine dead letter' | 'refused dead letter' | 'counter' | 'nothing';

interface Answer {
  readonly status: number;
  readonly kept: Kept;
  /** Headers that always come with it. `Retry-After` is in seconds; a rate limit replaces it with the time that is left. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it counts against the sender's address: more than 600 of these a minute become `TOO_MANY_REFUSED`. */
  readonly countsAgainstSender?: boolean;
  /** The error's message; null where the outcome is enough. Never contains a value from the callback. */
  readonly message: string | null;
}

/**
 * XGateway takes any 2xx as received and retries everything else, up to 10 times. So a 2xx means that the callback is ours to keep:
 * recorded, or (`kept`: genuine, not understood) a dead letter that a later release can replay.
 */
export const ANSWERS = {
  applied: success(200, 'entry'),
  unchanged: success(200, 'nothing'),
  kept: success(202, 'genuine dead letter'),
  TOO_MANY_FOR_CUSTOMER: error('TOO_MANY_FOR_CUSTOMER', {
    kept: 'nothing',
    message: 'Too many changes of this customer in one minute. Send the callback again later.',
  }),
  OTHER_CALLBACK_TYPE: error('OTHER_CALLBACK_TYPE', {
    kept: 'refused dead letter',
    message: 'This endpoint accepts only callbacks of the type "kyc".',
  }),
  NOT_GENUINE: error('NOT_GENUINE', {
    kept: 'refused dead letter',
    countsAgainstSender: true,
    message: 'The hash does not match this customerId and secret. Check XGATEWAY_SECRET_KEY.',
  }),
  IMPOSSIBLE_CUSTOMER_ID: error('IMPOSSIBLE_CUSTOMER_ID', {
    kept: 'refused dead letter',
    countsAgainstSender: true,
    message: 'The customerId is not a valid customer ID.',
  }),
  TOO_MANY_REFUSED: error('TOO_MANY_REFUSED', {
    kept: 'refused dead letter',
    message: 'Too many callbacks from this address were refused.',
  }),
  NOT_JSON: error('NOT_JSON', { kept: 'refused dead letter', message: 'The body is not a JSON object.' }),
  // The rest of the body is not read, and must not be taken for the next request: its row closes the connection.
  TOO_LARGE: error('TOO_LARGE', { kept: 'counter', message: 'The body is larger than 64 KiB.' }),
  UNSUPPORTED_ENCODING: error('UNSUPPORTED_ENCODING', {
    kept: 'counter',
    message: 'The body has a Content-Encoding other than gzip and deflate.',
  }),
  METHOD_NOT_ALLOWED: error('METHOD_NOT_ALLOWED', {
    kept: 'counter',
    headers: { Allow: 'POST' },
    message: 'Send callbacks with POST.',
  }),
  ADDRESS_NOT_ALLOWED: error('ADDRESS_NOT_ALLOWED', {
    kept: 'counter',
    message: 'Callbacks are not accepted from this address.',
  }),
  UNAVAILABLE: error('UNAVAILABLE', {
    kept: 'nothing',
    message: 'The callback cannot be recorded now. Send it again later.',
  }),
} satisfies Record<string, Answer>;

/** The name of an answer: an outcome in lower case, or the code of an error. */
export type AnswerName = keyof typeof ANSWERS;

/** The result of one callback. */
export interface CallbackOutcome {
  readonly answer: AnswerName;
  /** With `applied` and `unchanged`. */
  readonly revision?: number;
  /** Seconds; with a rate limit. */
  readonly retryAfter?: number;
}

/** The row of an answer. */
export function answerOf(name: AnswerName): Answer {
  return ANSWERS[name];
}

/** The JSON body of an answer. */
export function bodyOf({ answer, revision }: CallbackOutcome): object {
  const { message } = ANSWERS[answer];
  return message === null ? { outcome: answer, revision } : errorBody({ code: answer as ErrorCode, message });
}

function success(status: number, kept: Kept): Answer {
  return { status, kept, message: null };
}

/** An error's answer, with the status and headers of its code's row. */
function error(code: ErrorCode, { headers, ...rest }: Omit<Answer, 'status'>): Answer {
  const { status, retryAfter, headers: rowHeaders } = ERROR_ANSWERS[code];
  return {
    ...rest,
    status,
    headers: { ...rowHeaders, ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }), ...headers },
  };
}
