/** Subscriptions over WebSocket. graphql-ws implements the protocol. */
import { createClient } from 'graphql-ws/client';
import { closeFailure, graphqlFailure, KycFollowError } from './failure.ts';
import { Mailbox } from './mailbox.ts';
import { pingInterval } from './silence.ts';
import type { Attempt, RawResult, Transport } from './transport.ts';

/** How many results may wait for a slow consumer. Then the stream is closed, and resumed when the consumer has caught up. */
const MAX_WAITING = 256;

/** Makes the transport from a WebSocket class, default the platform's. */
export function webSocketTransport(webSocketImpl?: unknown): Transport {
  return (attempt) => stream(attempt, webSocketImpl);
}

async function* stream(attempt: Attempt, webSocketImpl: unknown): AsyncGenerator<RawResult, void> {
  const { url, query, variables, token, silenceMs, signal, accepted, onActivity } = attempt;
  const results = new Mailbox<RawResult>();
  // graphql-ws would reconnect with the variables of the first attempt, and so with an old cursor: one client per attempt.
  const client = createClient({
    url: url.href,
    webSocketImpl: webSocketImpl ?? globalThis.WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    keepAlive: pingInterval(silenceMs),
    on: {
      connected: accepted,
      message: onActivity,
      // Leave at once: after a close with 1000 graphql-ws would reconnect on its own.
      closed: (event) => leave(closeFailure(event as { code?: number; reason?: string })),
    },
  });
  const unsubscribe = client.subscribe(
    { query, variables: { ...variables } },
    {
      next(result) {
        results.push(result as RawResult);
        if (results.size < MAX_WAITING) return;
        leave(new KycFollowError('CONSUMER_BEHIND', 'Updates are not being consumed.'));
      },
      error: (error) => results.end(Array.isArray(error) ? graphqlFailure(error) : error),
      complete: () => results.end(new KycFollowError('ENDED', 'The gateway ended the stream.')),
    },
  );
  const leave = (failure: unknown): void => {
    results.end(failure);
    unsubscribe();
  };
  const aborted = (): void => {
    leave(signal.reason);
    client.terminate();
  };
  signal.addEventListener('abort', aborted);
  if (signal.aborted) aborted();
  try {
    yield* results.items();
  } finally {
    signal.removeEventListener('abort', aborted);
    leave(null);
  }
}
