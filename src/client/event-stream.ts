/** Subscriptions over server-sent events (GraphQL over SSE, distinct connections), for where sockets do not pass. */
import { graphqlFailure, KycFollowError } from './failure.ts';
import type { Attempt, RawResult, Transport } from './transport-selector.ts';

/**
 * Makes the transport from a `fetch`, default the platform's. It reads only as the consumer takes, so that a consumer that
 * is slow slows the gateway. (graphql-sse's client reads on into a queue, and does not tell of heartbeats.)
 */
export function eventStreamTransport(fetchImpl?: typeof fetch): Transport {
  return (attempt) => stream(attempt, fetchImpl ?? globalThis.fetch);
}

async function* stream(attempt: Attempt, fetchImpl: typeof fetch): AsyncGenerator<RawResult, void> {
  const { url, query, variables, token, signal, accepted, heard } = attempt;
  const response = await fetchImpl(url.href, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal,
  });
  if (!response.ok || response.body === null) throw refusal(response.status, await response.text());
  accepted();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new KycFollowError('UNREACHABLE', 'The stream broke off.');
      heard();
      const events = (text + value).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        if (/^event: ?complete$/m.test(event)) throw new KycFollowError('ENDED', 'The gateway ended the stream.');
        const lines = [...event.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line);
        if (lines.length > 0) yield JSON.parse(lines.join('\n')) as RawResult;
      }
    }
  } finally {
    // What is left of a stream that has failed rejects: nobody waits for it.
    reader.cancel().catch(() => {});
  }
}

function refusal(status: number, body: string): KycFollowError {
  try {
    const failure = graphqlFailure(JSON.parse(body).errors);
    if (failure.code !== 'NOT_UNDERSTOOD') return failure;
  } catch {
    // Not ours: something between us and the gateway answered.
  }
  const code = status === 401 ? 'UNAUTHENTICATED' : status === 503 ? 'RESTARTING' : 'UNREACHABLE';
  return new KycFollowError(code, `The gateway answered ${status}.`);
}
