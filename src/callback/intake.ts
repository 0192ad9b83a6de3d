/** The intake: from the body of a callback to its outcome. Knows no HTTP framework. */
import type { Logger } from 'pino';
import type { KycReport } from '../domain/update.ts';
import { isUnavailable } from '../errors.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { TraceContext, Tracing } from '../telemetry/tracing.ts';
import { type CallbackSecrets, hashDigest, type MatchedSecret, matchSecret } from '../xgateway/callback-hash.ts';
import { type Classification, judge } from './classify.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { CallbackOutcome } from './responses.ts';

/** What the intake needs. */
export interface IntakeOptions {
  readonly queue: CommitQueue;
  readonly deadLetters: DeadLetterQueue;
  readonly secrets: CallbackSecrets;
  readonly requireConfirmation: boolean;
  /** Callbacks of other types go on to the application: nothing is kept of them. Default false. */
  readonly passOtherTypes?: boolean;
  readonly log: Logger;
  /** Null: the application does not trace. */
  readonly tracing?: Tracing | null;
  /** Called for each genuine callback with the secret that made its hash. */
  readonly onGenuine?: (secret: NonNullable<MatchedSecret>) => void;
}

/** Judges and records one callback. Never rejects. */
export type Intake = (body: Record<string, unknown>) => Promise<CallbackOutcome>;

/** Makes the intake. */
export function createIntake(options: IntakeOptions): Intake {
  const { queue, deadLetters, secrets, requireConfirmation, log } = options;

  const record = async (report: KycReport, traced?: TraceContext): Promise<CallbackOutcome> => {
    const circumstances = { source: 'CALLBACK', receivedAt: Date.now(), requireConfirmation } as const;
    const recorded = await queue.submit(
      traced === undefined ? { report, circumstances } : { report, circumstances, traced },
    );
    return recorded.outcome === 'applied'
      ? { answer: 'applied', revision: recorded.update.revision }
      : { answer: 'unchanged', revision: recorded.revision };
  };

  const keep = async (
    { hash, ...rest }: Record<string, unknown>,
    { isGenuine, reason, customerId, problems }: Extract<Classification, { readonly report: null }>,
  ): Promise<CallbackOutcome> => {
    if (isGenuine)
      log.error({ customerId, problems }, 'a genuine callback was not understood: it is a dead letter now');
    else if (reason === 'NOT_GENUINE') log.warn({ customerId }, 'refused a callback: its hash is missing or wrong');
    if (reason === 'OTHER_CALLBACK_TYPE' && options.passOtherTypes === true) return { answer: reason };
    const isKept = await deadLetters.keep({
      category: isGenuine ? 'GENUINE' : 'REFUSED',
      reason,
      problems,
      customerId,
      body: JSON.stringify(rest),
      hashDigest: typeof hash === 'string' ? hashDigest(hash) : null,
      receivedAt: Date.now(),
    });
    if (!isKept) {
      log.error('the category of genuine dead letters is full: XGateway keeps the rest. Replay or discard some');
      return { answer: 'UNAVAILABLE' };
    }
    return { answer: reason === 'NOT_UNDERSTOOD' ? 'kept' : reason };
  };

  const take = async (body: Record<string, unknown>, traced?: TraceContext): Promise<CallbackOutcome> => {
    const { hash } = body;
    const judged = judge(body, (customerId) =>
      typeof hash === 'string' ? matchSecret(customerId, hash, secrets) : null,
    );
    if (judged.secret !== null) options.onGenuine?.(judged.secret);
    try {
      return await (judged.report === null ? keep(body, judged) : record(judged.report, traced));
    } catch (error) {
      const { customerId } = judged.report ?? judged;
      if (!isUnavailable(error)) log.error({ err: error, customerId }, 'the journal refused a callback');
      return { answer: 'UNAVAILABLE' };
    }
  };
  const { tracing } = options;
  return tracing == null ? (body) => take(body) : (body) => tracing.callback((traced) => take(body, traced));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The deepest nesting of a body. Node reads any depth, but not every Node can write what is some thousand levels deep. */
const MAX_NESTING = 500;

/** The JSON object in `bytes`, or null. UTF-8 that is not well-formed is no JSON, and neither is what nobody could write down. */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    return asJsonObject(JSON.parse(utf8.decode(bytes)), bytes.length);
  } catch {
    return null;
  }
}

/** A value that was JSON, of `length` bytes if that is known, as an object; null when it is none that we take. */
export function asJsonObject(value: unknown, length = Number.POSITIVE_INFINITY): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  // A level takes two bytes at least: callbacks of the usual size need no look.
  if (length > 2 * MAX_NESTING && isDeeper(value, MAX_NESTING)) return null;
  return value as Record<string, unknown>;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1));
}
