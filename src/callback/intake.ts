/** The intake: from the bytes of a callback to its outcome. Knows no HTTP framework. */
import type { Logger } from 'pino';
import { isCustomerId } from '../domain/kyc.ts';
import { isUnavailable } from '../errors.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import { type CallbackSecrets, type MatchedSecret, matchSecret } from './hash.ts';
import type { CallbackOutcome } from './outcome.ts';
import { readPayload } from './payload.ts';

/** What the intake needs. */
export interface IntakeOptions {
  readonly queue: CommitQueue;
  readonly secrets: CallbackSecrets;
  readonly requireConfirmation: boolean;
  readonly log: Logger;
  /** Called for each genuine callback with the secret that made its hash. */
  readonly onGenuine?: (secret: NonNullable<MatchedSecret>) => void;
}

/** Judges and records one callback. Never rejects. */
export type Intake = (body: Record<string, unknown>) => Promise<CallbackOutcome>;

/** Makes the intake. */
export function createIntake({ queue, secrets, requireConfirmation, log, onGenuine }: IntakeOptions): Intake {
  return async (body) => {
    const { callbackType, customerId, hash } = body;
    if (callbackType !== 'kyc') return { answer: 'OTHER_CALLBACK_TYPE' };
    if (typeof customerId !== 'string') return { answer: 'NOT_GENUINE' };
    if (!isCustomerId(customerId)) return { answer: 'IMPOSSIBLE_CUSTOMER_ID' };
    const secret = typeof hash === 'string' ? matchSecret(customerId, hash, secrets) : null;
    if (secret === null) {
      log.warn({ customerId }, 'refused a callback: its hash is missing or wrong');
      return { answer: 'NOT_GENUINE' };
    }
    onGenuine?.(secret);
    const payload = readPayload(body);
    if (!payload.understood) {
      log.error({ customerId, problems: payload.problems }, 'a genuine callback was not understood');
      return { answer: 'NOT_UNDERSTOOD' };
    }
    try {
      const circumstances = { source: 'CALLBACK', receivedAt: Date.now(), requireConfirmation } as const;
      const recorded = await queue.submit({ report: payload.report, circumstances });
      return recorded.outcome === 'applied'
        ? { answer: 'applied', revision: recorded.update.revision }
        : { answer: 'unchanged', revision: recorded.revision };
    } catch (error) {
      if (!isUnavailable(error)) log.error({ err: error, customerId }, 'the journal refused a callback');
      return { answer: 'UNAVAILABLE' };
    }
  };
}

/** The JSON object in `bytes`, or null. UTF-8 that is not well-formed is no JSON. */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
