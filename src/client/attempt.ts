/** One attempt at a subscription over graphql-ws: from the request to how it ended. */
import type { Client } from 'graphql-ws/client';
import { closeFailure, type KycFollowError } from './failure.ts';

/** What a client subscribes to. */
export type Payload = Parameters<Client['subscribe']>[0];
/** Receives its results. */
export type Sink = Parameters<Client['subscribe']>[1];
type Result = Parameters<Sink['next']>[0];
type Rejected = Result & { readonly errors: NonNullable<Result['errors']> };

/** How an attempt ended: rejected by the gateway, with a closed socket (a failure), or neither. */
export type AttemptEnd = Rejected | KycFollowError | null;

/** The part of a close event that says why. */
export interface CloseEvent {
  readonly code?: number;
  readonly reason?: string;
}

/** Subscribes once. Resolves with how it ended; never rejects. */
export function attempt(
  client: Client,
  payload: Payload,
  closing: AbortSignal,
  next: Sink['next'],
): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    const end = (how: AttemptEnd): void => {
      closing.removeEventListener('abort', aborted);
      unlisten();
      // Leave at once: after a close with 1000 graphql-ws would subscribe again, with these variables.
      leave();
      resolve(how);
    };
    const aborted = (): void => end(null);
    const unlisten = client.on('closed', (event) => end(closeFailure(event as CloseEvent)));
    const leave = client.subscribe(payload, {
      // An operation that fails once it runs is a result with errors, an invalid one is an error message.
      next: (result) => (isRejected(result) ? end(result) : next(result)),
      error: (error) => end(Array.isArray(error) ? { errors: error } : null),
      complete: () => end(null),
    });
    closing.addEventListener('abort', aborted);
  });
}

function isRejected(result: Result): result is Rejected {
  return result.errors !== undefined && cursorIn(result) === undefined;
}

/** The cursor of the update in a result, if it selects one. */
export function cursorIn({ data }: Result): string | undefined {
  const [update] = Object.values(data ?? {}) as { readonly cursor?: unknown }[];
  return typeof update?.cursor === 'string' ? update.cursor : undefined;
}
