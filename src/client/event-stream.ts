/** Subscriptions over server-sent events (GraphQL over SSE, distinct connections), for networks that WebSockets cannot cross. */
import { graphqlFailure, KycFollowError } from './failure.ts';
import type { Attempt, RawResult, Transport } from './transport.ts';

/** The largest event that is read, in characters. The gateway's own are below 200 KiB. */
const MAX_EVENT_LENGTH = 4 * 1024 * 1024;

/**
 * Makes the transport from a `fetch`, default the platform's. It reads only when the consumer pulls, so that a slow
 * consumer slows the gateway. (graphql-sse's client keeps reading into a queue, and does not report heartbeats.)
 */
export function eventStreamTransport(fetchImpl?: typeof fetch): Transport {
  return (attempt) => stream(attempt, fetchImpl ?? globalThis.fetch);
}

async function* stream(attempt: Attempt, fetchImpl: typeof fetch): AsyncGenerator<RawResult, void> {
  const { url, sharedUrl } = attempt;
  let response = await post(attempt, url, fetchImpl);
  if (sharedUrl !== undefined && isElsewhere(response)) {
    void response.body?.cancel().catch(() => {});
    response = await post(attempt, sharedUrl, fetchImpl);
  }
  if (!response.ok || response.body === null) throw refusal(response.status, await response.text());
  if (!isEventStream(response)) {
    // A sign-in page or a proxy's error page: something in between answered.
    void response.body.cancel().catch(() => {});
    const type = response.headers.get('content-type') ?? 'no content type';
    const { pathname } = new URL(response.url === '' ? url : response.url);
    throw new KycFollowError('NOT_UNDERSTOOD', `${pathname} answered with ${type}, not with an event stream.`);
  }
  attempt.accepted();
  yield* resultsIn(response.body, attempt.onActivity);
}

function post({ query, variables, token, signal }: Attempt, url: URL, fetchImpl: typeof fetch): Promise<Response> {
  return fetchImpl(url.href, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      // Without a token, a cookie of the page's own server may identify the user.
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal,
  });
}

/** Whether nothing serves streams at a URL: gateways in front of this one have no `/stream`, and some answer any path with a page. */
function isElsewhere(response: Response): boolean {
  return response.status === 404 || (response.ok && !isEventStream(response));
}

function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');
}

/** Parses the events. Throws when the stream ends, with or without a `complete`. */
async function* resultsIn(body: ReadableStream<Uint8Array>, onActivity: () => void): AsyncGenerator<RawResult, void> {
  const reader = body.getReader();
  // Not a TextDecoderStream: browsers that are still in use lack it.
  const decoder = new TextDecoder();
  try {
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new KycFollowError('UNREACHABLE', 'The event stream was cut off.');
      onActivity();
      const events = (text + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      text = events.pop() ?? '';
      if (text.length > MAX_EVENT_LENGTH) {
        throw new KycFollowError('NOT_UNDERSTOOD', `An event is over ${MAX_EVENT_LENGTH} characters long.`);
      }
      for (const event of events) {
        if (/^event: ?complete\r?$/m.test(event)) throw new KycFollowError('ENDED', 'The gateway ended the stream.');
        const lines = [...event.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line);
        if (lines.length > 0) yield JSON.parse(lines.join('\n')) as RawResult;
      }
    }
  } finally {
    // Cancelling a stream that has failed rejects; the failure is already known.
    reader.cancel().catch(() => {});
  }
}

/** The failure behind an HTTP response that is not a GraphQL result. */
export function refusal(status: number, body: string): KycFollowError {
  try {
    const failure = graphqlFailure(JSON.parse(body).errors);
    if (failure.code !== 'NOT_UNDERSTOOD') return failure;
  } catch {
    // Not from the gateway: something in between answered.
  }
  const code = status === 401 ? 'UNAUTHENTICATED' : status === 503 ? 'RESTARTING' : 'UNREACHABLE';
  return new KycFollowError(code, `The gateway answered ${status}.`);
}
