/** Subscriptions over WebSocket: graphql-ws has the protocol. */
import { createClient } from 'graphql-ws/client';
import { graphqlFailure, KycFollowError } from './failure.ts';
import { Mailbox } from './mailbox.ts';
import type { Attempt, RawResult, Transport } from './transport-selector.ts';

/** How many pings fit into the silence that is suffered: the gateway's own heartbeat is not shown to pages. */
const PINGS = 3;
/** How many results wait for a consumer that is slow before the stream is left, to be resumed when it has caught up. */
const MAX_WAITING = 256;

/** Makes the transport from a WebSocket class, default the platform's. */
export function webSocketTransport(webSocketImpl?: unknown): Transport {
  return (attempt) => stream(attempt, webSocketImpl);
}

async function* stream(attempt: Attempt, webSocketImpl: unknown): AsyncGenerator<RawResult, void> {
  const { url, query, variables, token, silenceMs, signal, accepted, heard } = attempt;
  const results = new Mailbox<RawResult>();
  // graphql-ws would reconnect with the variables of the first attempt, which is with an old cursor: one client an attempt.
  const client = createClient({
    url: url.href,
    webSocketImpl: webSocketImpl ?? globalThis.WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    keepAlive: silenceMs / PINGS,
    on: {
      connected: accepted,
      message: heard,
      // Leaving at once, because a close with 1000 is the one after which it would reconnect all the same.
      closed: (event) => leave(closeFailure(event as { code?: number; reason?: string })),
    },
  });
  const unsubscribe = client.subscribe(
    { query, variables: { ...variables } },
    {
      next(result) {
        results.push(result as RawResult);
        if (results.size < MAX_WAITING) return;
        leave(new KycFollowError('CONSUMER_BEHIND', 'Updates are not being taken.'));
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

function closeFailure({ code = 1006, reason }: { code?: number; reason?: string }): KycFollowError {
  const message = `The socket was closed with ${code}${reason ? `: ${reason}` : ''}.`;
  if (code === 4403) return new KycFollowError('UNAUTHENTICATED', message);
  if (code === 1013) {
    const isAboutTokens = reason === 'Authentication unavailable';
    return new KycFollowError(isAboutTokens ? 'AUTHENTICATION_UNAVAILABLE' : 'TOO_MANY_CONNECTIONS', message);
  }
  return new KycFollowError(code === 1012 ? 'RESTARTING' : 'UNREACHABLE', message);
}
