/** `fetch` for a provider's answers, bounded in time and size. */
import { describeError } from '../errors.ts';
import { SignInFailure } from './failure.ts';

/** The largest answer that is read, in bytes: metadata and keys have a few thousand. */
const MAX_BYTES = 512 * 1024;

/**
 * Fetches and reads the whole answer. Rejects with a `SignInFailure` `unavailable` when there is none in time, when it is too large, and
 * for HTTP 429 and 5xx.
 * @param timeoutMs how long all of it may take.
 */
export async function boundedFetch(url: string, init: object, timeoutMs: number): Promise<Response> {
  const { host } = new URL(url);
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    const body = await readBounded(response);
    if (response.status === 429 || response.status >= 500) throw new Error(`HTTP ${response.status}`);
    // A `Response` with one of these statuses has no body.
    const isEmpty = [101, 204, 205, 304].includes(response.status);
    return new Response(isEmpty ? null : body, { status: response.status, headers: response.headers });
  } catch (error) {
    throw new SignInFailure('unavailable', `No usable answer from ${host}: ${describeError(error)}`, { cause: error });
  }
}

async function readBounded({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.byteLength;
    if (length > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts, length));
}
