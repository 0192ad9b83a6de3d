/** The requests of `xgateway-kyc check` to a URL, and the findings when they fail. */
import { describeError } from '../errors.ts';
import { connectionAdvice } from '../text/connection-advice.ts';
import type { Finding } from './finding.ts';

/** How long each answer may take, in milliseconds. */
export const PROBE_TIMEOUT_MS = 10_000;
/** Only the beginning of an answer matters, and another server may send anything. */
const MAX_ANSWER_BYTES = 16 * 1024;

/** An answer, with the beginning of its body. */
export interface ProbeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends a request and follows no redirect. Rejects when there is no answer in time. */
export async function ask(url: string, init: RequestInit = {}): Promise<ProbeAnswer> {
  const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  const { status, headers } = response;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) break;
  }
  return { status, headers, text: Buffer.concat(chunks).toString() };
}

/** A finding about a request that got no answer: what, why, and what to do. */
export function failed(about: Finding['about'], what: string, error: unknown): Finding {
  const advice = connectionAdvice(error);
  return { about, level: 'problem', text: `${what}: ${describeError(error)}.${advice === null ? '' : ` ${advice}`}` };
}
