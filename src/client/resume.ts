/**
 * graphql-ws' client, made to resume: for Apollo Client, urql, Relay, and whatever else takes one.
 *
 * The original repeats a subscription with the variables of its first attempt, and stops after five attempts. This one starts
 * each attempt after the last update that came, and does not stop. It resumes subscriptions that have a variable `$after` and
 * select `cursor`; other operations are sent once.
 */
import { type Client, type ClientOptions, createClient } from 'graphql-ws/client';
import { graphqlFailure, type KycFollowError, remedyOf } from './failure.ts';
import { Mailbox } from './mailbox.ts';
import { jitteredDelay, pause } from './retry.ts';

/** Options of graphql-ws' client, except for its retries. */
export interface ResumingClientOptions extends Omit<ClientOptions, 'retryAttempts' | 'retryWait' | 'shouldRetry'> {
  /** Milliseconds to wait after so many failures in a row (0: it was live just now). Default: random, up to 30 s. */
  readonly retryDelay?: ((failures: number) => number) | undefined;
  /** The gateway does not know a cursor: the subscription starts again without it. */
  readonly onReset?: ((reason: KycFollowError) => void) | undefined;
}

type Payload = Parameters<Client['subscribe']>[0];
type Sink = Parameters<Client['subscribe']>[1];
type Result = Parameters<Sink['next']>[0];
type Refusal = Result & { readonly errors: NonNullable<Result['errors']> };

const RESUMABLE = /\bsubscription\b[^{]*\$after\b/;

/** Makes a client whose subscriptions resume. */
export function createResumingClient(options: ResumingClientOptions): Client {
  const { retryDelay = jitteredDelay, onReset, ...rest } = options;
  const client = createClient({ ...rest, retryAttempts: 0 });
  const closing = new AbortController();

  const subscribe = (payload: Payload, sink: Sink): (() => void) => {
    if (!RESUMABLE.test(payload.query)) return client.subscribe(payload, sink);
    const left = new AbortController();
    const over = AbortSignal.any([left.signal, closing.signal]);
    follow(payload, sink, over).then(
      () => sink.complete(),
      (error: unknown) => sink.error(error),
    );
    return () => left.abort();
  };

  const follow = async (payload: Payload, sink: Sink, over: AbortSignal): Promise<void> => {
    let after = payload.variables?.['after'];
    let failures = 0;
    while (!over.aborted) {
      const ended = await attempt({ ...payload, variables: { ...payload.variables, after } }, over, (result) => {
        failures = 0;
        after = cursorIn(result) ?? after;
        sink.next(result);
      });
      if (over.aborted) return;
      const failure = 'errors' in ended ? graphqlFailure(ended.errors) : null;
      const remedy = remedyOf(failure?.code ?? '', { renewable: true, resumed: after != null });
      if (remedy === 'give up' && 'errors' in ended) return void sink.next(ended);
      if (remedy === 'reset' && failure !== null) {
        after = undefined;
        onReset?.(failure);
      } else await pause(retryDelay(failures++), over);
    }
  };

  /** Subscribes once. Resolves with how it ended: with what the gateway has against it, or just so. */
  const attempt = (payload: Payload, over: AbortSignal, next: Sink['next']): Promise<Refusal | object> =>
    new Promise((resolve) => {
      const end = (how: Refusal | object): void => {
        over.removeEventListener('abort', end);
        unlisten();
        // Leaving at once, because a close with 1000 is one after which graphql-ws subscribes again, with these variables.
        leave();
        resolve(how);
      };
      const unlisten = client.on('closed', () => end({}));
      const leave = client.subscribe(payload, {
        // An operation that is refused once it runs is a result with errors, an invalid one is an error message.
        next: (result) => (isRefusal(result) ? end(result) : next(result)),
        error: (error) => end(Array.isArray(error) ? { errors: error } : {}),
        complete: () => end({}),
      });
      over.addEventListener('abort', end);
    });

  return {
    ...client,
    subscribe: subscribe as Client['subscribe'],
    iterate(payload) {
      const results = new Mailbox<never>();
      const leave = subscribe(payload, {
        next: (result) => results.push(result as never),
        error: (error) => results.end(error),
        complete: () => results.end(null),
      });
      return Object.assign(results.items(), {
        return() {
          leave();
          // Answers a pull that is pending.
          results.end(null);
          return Promise.resolve({ done: true, value: undefined } as const);
        },
      });
    },
    async dispose() {
      closing.abort();
      try {
        await client.dispose();
      } catch {
        // It was in the middle of connecting, and could not: nobody wants to know any more.
      }
    },
  };
}

function isRefusal(result: Result): result is Refusal {
  return result.errors !== undefined && cursorIn(result) === undefined;
}

function cursorIn({ data }: Result): string | undefined {
  const [update] = Object.values(data ?? {}) as { readonly cursor?: unknown }[];
  return typeof update?.cursor === 'string' ? update.cursor : undefined;
}
