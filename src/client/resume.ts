/**
 * graphql-ws' client, made to resume: for Apollo Client, urql, Relay, and everything else that takes one.
 *
 * The original repeats a subscription with the variables of its first attempt, gives up after five attempts, and does not
 * notice a half-open connection. This one starts each attempt after the last update that arrived, and keeps trying. It resumes
 * subscriptions that have a variable `$after` and select `cursor`; other operations are sent once. One that is sent by ID (`documentId`,
 * or a persisted query's hash) needs `after` among its variables, be it null.
 */
import { type Client, type ClientOptions, createClient } from 'graphql-ws/client';
import { attempt, type CloseEvent, cursorIn, type Payload, type Sink } from './attempt.ts';
import { closeFailure, graphqlFailure, type KycFollowError, remedyOf } from './failure.ts';
import { iterate } from './iterate.ts';
import { SILENCE_MS } from './protocol.ts';
import { jitteredDelay, sleep } from './retry.ts';
import { pingInterval, terminateWhenSilent } from './silence.ts';
import { watchCredentials } from './watch-credentials.ts';

/** Options of graphql-ws' client, except for its retries. */
export interface ResumingClientOptions
  extends Omit<ClientOptions, 'retryAttempts' | 'retryWait' | 'shouldRetry' | 'keepAlive'> {
  /** Milliseconds to wait after so many failures in a row (0: it was live just now). Default: random, up to 30 s. */
  readonly retryDelay?: ((failures: number) => number) | undefined;
  /** How long a connection may be silent before it is taken for dead, in milliseconds. Default 35,000: two missed heartbeats. */
  readonly silenceMs?: number | undefined;
  /** How long a `connectionParams` function may take, in milliseconds. Default 15,000. After that it is called again. */
  readonly tokenTimeoutMs?: number | undefined;
  /** The gateway does not know the cursor: the subscription starts over from where it first started. */
  readonly onReset?: ((reason: KycFollowError) => void) | undefined;
}

/** A document that is named by its ID has no text to look at: then its variables tell. */
function isResumable({ query, variables }: Payload): boolean {
  return query ? RESUMABLE.test(query) : variables != null && Object.hasOwn(variables, 'after');
}

const RESUMABLE = /\bsubscription\b[^{]*\$after\b/;
const TOKEN_MS = 15_000;

/** What a `WebSocket` takes everywhere: browsers that are not new refuse `http:`, and all a fragment. */
function socketUrl(url: ClientOptions['url']): ClientOptions['url'] {
  const plain = (text: string) => text.replace(/#.*$/s, '').replace(/^http/i, 'ws');
  return typeof url === 'function' ? async () => plain(await url()) : plain(url);
}

/**
 * Makes a client whose subscriptions resume. A sink gets an error when trying again cannot help: when the gateway rejects the
 * operation, and when it refuses the same `connectionParams` again (at once, where they are not a function).
 *
 * @example
 * const client = createResumingClient({
 *   url: 'wss://kyc.shop.example/graphql',
 *   connectionParams: async () => ({ authorization: `Bearer ${await freshToken()}` }),
 * });
 */
export function createResumingClient(options: ResumingClientOptions): Client {
  const { retryDelay = jitteredDelay, silenceMs = SILENCE_MS, tokenTimeoutMs = TOKEN_MS, onReset, ...rest } = options;
  const credentials = watchCredentials(options.connectionParams, tokenTimeoutMs);
  const client = createClient({
    ...rest,
    url: socketUrl(options.url),
    connectionParams: credentials.params,
    retryAttempts: 0,
    keepAlive: pingInterval(silenceMs),
  });
  terminateWhenSilent(client, silenceMs);
  client.on('closed', (event) => credentials.closed(closeFailure(event as CloseEvent)));
  const running = new Set<AbortController>();

  const subscribe = (payload: Payload, sink: Sink): (() => void) => {
    if (!isResumable(payload)) return client.subscribe(payload, sink);
    const closing = new AbortController();
    running.add(closing);
    follow(payload, sink, closing.signal)
      .then(
        () => sink.complete(),
        (error: unknown) => sink.error(error),
      )
      .finally(() => running.delete(closing));
    return () => closing.abort();
  };

  const follow = async (payload: Payload, sink: Sink, closing: AbortSignal): Promise<void> => {
    const first = payload.variables?.['after'];
    let after = first;
    let failures = 0;
    while (!closing.aborted) {
      const ended = await attempt(
        client,
        { ...payload, variables: { ...payload.variables, after } },
        closing,
        (result) => {
          failures = 0;
          after = cursorIn(result) ?? after;
          sink.next(result);
        },
      );
      if (closing.aborted) return;
      const failure = ended !== null && 'errors' in ended ? graphqlFailure(ended.errors) : ended;
      const resumed = after != null && after !== EARLIEST;
      const remedy = remedyOf(failure?.code ?? '', { renewable: !credentials.areRefused, resumed });
      if (remedy === 'give up' && failure !== null) {
        if (ended === null || !('errors' in ended)) throw failure;
        return void sink.next(ended);
      }
      if (remedy === 'reset' && failure !== null) {
        // A stream from the beginning starts over from the beginning; the caller's own cursor is as unknown as ours.
        after = first === EARLIEST ? EARLIEST : undefined;
        onReset?.(failure);
      }
      if (remedy !== 'reset' || !resumed) await sleep(retryDelay(failures++), closing);
    }
  };

  return {
    ...client,
    subscribe: subscribe as Client['subscribe'],
    iterate: (payload) => iterate(subscribe, payload),
    async dispose() {
      for (const closing of running) closing.abort();
      try {
        await client.dispose();
      } catch {
        // It was still connecting and failed: there is nothing left to dispose of.
      }
    },
  };
}

/** The `after` that means the beginning of the journal. */
const EARLIEST = 'earliest';
