/** Delivers callbacks the way XGateway does: signed, and again with exponential backoff until a 2xx comes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../errors.ts';
import { backOff } from '../schedule/back-off.ts';
import { callbackHash } from '../xgateway/callback-hash.ts';

/** How often XGateway retries. */
export const RETRIES = 10;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
const ANSWER_DEADLINE_MS = 30_000;

/** What a callback says, without its type and its hash. */
export interface Callback {
  readonly customerId: string;
  readonly status: string | null;
  readonly [field: string]: unknown;
}

/** How a delivery ended. */
export interface Delivery {
  /** The HTTP status of the last answer; null without an answer. */
  readonly status: number | null;
  /** The body of the last answer, or why there was none. */
  readonly answer: string;
  readonly tries: number;
}

/** Where callbacks go, and how they are signed. */
export interface Recipient {
  readonly url: string;
  readonly secret: string;
  /** How often a delivery is tried again. */
  readonly retries: number;
}

/** The body of a callback, signed. */
export function bodyOf({ secret }: Pick<Recipient, 'secret'>, callback: Callback): string {
  return JSON.stringify({ callbackType: 'kyc', hash: callbackHash(callback.customerId, secret), ...callback });
}

/** An attempt that was not received, and that another one follows. */
export interface FailedAttempt extends Delivery {
  /** How many attempts there are at most. */
  readonly of: number;
  /** How long until the next one, in milliseconds. */
  readonly waitMs: number;
}

/** Delivers a callback. Calls `onRetry` before each pause. Never rejects. */
export async function deliver(
  { url, secret, retries }: Recipient,
  callback: Callback,
  onRetry: (attempt: FailedAttempt) => void = () => {},
): Promise<Delivery> {
  const body = bodyOf({ secret }, callback);
  for (let tries = 1; ; tries++) {
    const { status, answer } = await post(url, body);
    const isReceived = status !== null && status >= 200 && status < 300;
    if (isReceived || tries > retries) return { status, answer, tries };
    const waitMs = backOff(tries - 1, FIRST_WAIT_MS, LONGEST_WAIT_MS);
    onRetry({ status, answer, tries, of: retries + 1, waitMs });
    await sleep(waitMs);
  }
}

async function post(url: string, body: string): Promise<Omit<Delivery, 'tries'>> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
    });
    return { status: response.status, answer: await response.text() };
  } catch (error) {
    return { status: null, answer: describeError(error) };
  }
}
