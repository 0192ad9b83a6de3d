/** Every answer that the callback endpoint gives, in one table. */

/** What is done with a body whose callback was not recorded. */
export type Kept = 'entry' | 'letter' | 'refused' | 'counted' | 'nothing';

interface Answer {
  readonly status: number;
  /** What the gateway keeps of it. */
  readonly kept: Kept;
  /** What the body says; null where the outcome speaks for itself. Never a value out of the callback. */
  readonly message: string | null;
}

/**
 * XGateway takes any 2xx as received and retries everything else, up to 10 times. So a 2xx means that the callback is ours to
 * keep: recorded, or (`kept`: genuine and not understood) a dead letter that a later release can replay.
 */
export const ANSWERS = {
  applied: { status: 200, kept: 'entry', message: null },
  unchanged: { status: 200, kept: 'nothing', message: null },
  kept: { status: 202, kept: 'letter', message: null },
  OTHER_CALLBACK_TYPE: { status: 422, kept: 'refused', message: 'Only callbacks of the type "kyc" belong here.' },
  NOT_GENUINE: {
    status: 401,
    kept: 'refused',
    message: 'The hash is not that of the customerId with the secret. Check XGATEWAY_SECRET_KEY.',
  },
  IMPOSSIBLE_CUSTOMER_ID: { status: 422, kept: 'refused', message: 'The customerId cannot be an ID.' },
  NOT_JSON: { status: 400, kept: 'counted', message: 'The body is not a JSON object.' },
  TOO_LARGE: { status: 413, kept: 'counted', message: 'The body is larger than 64 KiB.' },
  METHOD_NOT_ALLOWED: { status: 405, kept: 'counted', message: 'Callbacks are POSTed.' },
  ADDRESS_NOT_ALLOWED: { status: 403, kept: 'counted', message: 'Callbacks are not accepted from this address.' },
  TOO_MANY_REFUSED: { status: 429, kept: 'counted', message: 'Too many callbacks from this address were refused.' },
  UNAVAILABLE: { status: 503, kept: 'nothing', message: 'The callback cannot be recorded for now. Send it again.' },
} as const satisfies Record<string, Answer>;

/** The name of an answer: an outcome in lower case, or the code of an error. */
export type AnswerName = keyof typeof ANSWERS;

/** What became of one callback. `revision` comes with `applied` and `unchanged`. */
export interface CallbackOutcome {
  readonly answer: AnswerName;
  readonly revision?: number;
}

/** The JSON body of an answer. */
export function bodyOf({ answer, revision }: CallbackOutcome): object {
  const { message } = ANSWERS[answer];
  return message === null ? { outcome: answer, revision } : { error: { code: answer, message } };
}
