/** The client of XGateway's API, which XGateway calls the source of truth about a customer's KYC. */
import { z } from 'zod';
import type { KycReport } from '../domain/update.ts';
import { describeError, withoutCredentials } from '../errors.ts';
import { connectionAdvice } from '../text/connection-advice.ts';
import { documents, text, word } from './fields.ts';

/** Where the API is, and how it is called. */
export interface XgatewayApiOptions {
  /** The API key, or a function that returns it: it is called for each request, so that the key can be rotated. */
  readonly key: string | (() => string);
  /** The base URL, for example `https://api.xgateway.tech/api/v2`. */
  readonly url: string;
  /** Whether an http URL is accepted. Default false: the key is a credential. */
  readonly allowHttp?: boolean | undefined;
  /** How long one call may take, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/** Looks up one customer. Null: XGateway does not know them. Rejects with an `ApiError`. */
export type LookUpKyc = (customerId: string, signal?: AbortSignal) => Promise<KycReport | null>;

/** How a lookup can fail. */
export const API_FAILURES = [
  'RATE_LIMITED',
  'UNAVAILABLE',
  'KEY_REFUSED',
  'KEY_UNPROVEN',
  'REFUSED',
  'MALFORMED',
] as const;

/**
 * How a lookup failed. `RATE_LIMITED` and `UNAVAILABLE` are transient. `KEY_REFUSED`: 401 or 403. `KEY_UNPROVEN`: a 404 that is
 * not believed, because the key may belong to another account. `REFUSED`: 400. `MALFORMED`: not an answer of this API.
 */
export type ApiFailure = (typeof API_FAILURES)[number];

/** A lookup that failed. The message contains neither the key nor anything from the answer. */
export class ApiError extends Error {
  readonly failure: ApiFailure;
  /** The API's `Retry-After`, in milliseconds; null: it sent none. */
  readonly retryAfterMs: number | null;

  constructor(failure: ApiFailure, message: string, retryAfterMs: number | null = null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_RETRY_AFTER_MS = 3_600_000;

const answer = z.object({
  success: z.literal(true),
  data: z
    .object({
      id: z.string(),
      status: word.nullable(),
      docsMissing: documents,
      kycEndUserErrorMessage: text,
    })
    .nullable(),
});
const refusal = z.object({ success: z.literal(false), errors: z.array(z.object({ code: z.string() })) });

/** Makes the client. Throws when the URL is not https and `allowHttp` is false. */
export function xgatewayApi({ key, url, allowHttp = false, timeoutMs = 10_000 }: XgatewayApiOptions): LookUpKyc {
  if (!URL.canParse(url))
    throw new Error(`XGATEWAY_API_URL (xgatewayApi.url) is not a URL: ${JSON.stringify(withoutCredentials(url))}.`);
  const { protocol } = new URL(url);
  if (protocol !== 'https:' && !(allowHttp && protocol === 'http:')) {
    throw new Error('XGATEWAY_API_URL must be an https URL: every request carries the API key.');
  }
  const base = url.replace(/\/+$/, '');

  return async (customerId, signal) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${base}/customer/${encodeURIComponent(customerId)}/bank-transfer/kyc`, {
        headers: { 'x-api-key': typeof key === 'string' ? key : key(), accept: 'application/json' },
        // A redirect would send the key elsewhere.
        redirect: 'manual',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      return readAnswer(customerId, response, await readBody(response));
    } catch (error) {
      if (error instanceof ApiError) throw error;
      const reason = `XGateway's API did not answer: ${describeError(error)}.`;
      throw new ApiError('UNAVAILABLE', [reason, connectionAdvice(error)].filter(Boolean).join(' '), null, {
        cause: error,
      });
    }
  };
}

function readAnswer(customerId: string, { status, headers }: Response, body: unknown): KycReport | null {
  if (status === 429) throw new ApiError('RATE_LIMITED', 'XGateway rate-limited us (429).', retryAfterMs(headers));
  if (status >= 500) throw new ApiError('UNAVAILABLE', `XGateway's API failed (${status}).`, retryAfterMs(headers));
  if (status === 401 || status === 403) {
    throw new ApiError('KEY_REFUSED', `XGateway refused the API key (${status}). Check XGATEWAY_API_KEY.`);
  }
  if (status === 404 && refusal.safeParse(body).success) return null;
  if (status === 400) throw new ApiError('REFUSED', 'XGateway refused the request (400).');
  if (status !== 200) {
    throw new ApiError(
      'MALFORMED',
      `The answer does not come from XGateway's API (${status}). Check XGATEWAY_API_URL.`,
    );
  }
  const parsed = answer.safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw new ApiError('MALFORMED', `XGateway's answer has an unknown shape: ${problems.join('; ')}.`);
  }
  const { data } = parsed.data;
  if (data === null) return null;
  if (data.id !== customerId) throw new ApiError('MALFORMED', "XGateway's answer is about another customer.");
  return {
    customerId,
    status: data.status,
    ...(data.docsMissing !== undefined && { missingDocuments: data.docsMissing }),
    ...(data.kycEndUserErrorMessage !== undefined && { endUserMessage: data.kycEndUserErrorMessage }),
  };
}

/** The body as JSON; undefined when it is not JSON. */
async function readBody(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new ApiError('MALFORMED', "XGateway's answer is larger than 64 KiB.");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}

/** `Retry-After`, which is in seconds or a date, in milliseconds; at most an hour. */
function retryAfterMs(headers: Headers): number | null {
  const value = headers.get('retry-after');
  if (value === null) return null;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(milliseconds) ? null : Math.min(Math.max(milliseconds, 0), MAX_RETRY_AFTER_MS);
}
