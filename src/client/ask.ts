/** One query over HTTP, for what a page shows besides its streams. */
import { httpUrl, type KycConnectionOptions, tokenFrom } from './connection.ts';
import { refusal } from './event-stream.ts';
import { graphqlFailure, KycFollowError } from './failure.ts';
import type { RawResult } from './transport.ts';

/** How long an answer may take, in milliseconds. */
const ANSWER_MS = 15_000;

/** Asks the gateway. Throws a `KycFollowError` when there is no answer, or it has errors. */
export async function ask<Data>(
  options: KycConnectionOptions,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  closing: AbortSignal,
): Promise<Data> {
  const token = await tokenFrom(options, closing);
  const attempt = new AbortController();
  const close = (): void => attempt.abort(closing.reason);
  const deadline = setTimeout(() => {
    attempt.abort(new KycFollowError('SILENT', `The gateway did not answer within ${ANSWER_MS / 1_000} s.`));
  }, ANSWER_MS);
  closing.addEventListener('abort', close);
  try {
    const response = await (options.fetch ?? globalThis.fetch)(httpUrl(options).href, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
      signal: attempt.signal,
    });
    const body = await response.text();
    if (!response.ok) throw refusal(response.status, body);
    return dataIn<Data>(body);
  } finally {
    clearTimeout(deadline);
    closing.removeEventListener('abort', close);
  }
}

function dataIn<Data>(body: string): Data {
  let result: RawResult | null = null;
  try {
    result = JSON.parse(body) as RawResult | null;
  } catch {
    // A sign-in page, or some other response that is not from the gateway.
  }
  if (result?.errors?.length) throw graphqlFailure(result.errors);
  if (result?.data == null)
    throw new KycFollowError('NOT_UNDERSTOOD', 'The answer is not a GraphQL result. Check the URL.');
  return result.data as Data;
}
