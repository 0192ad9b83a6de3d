/** What a transport is: it carries an operation to the gateway and its results back. */

/** Every transport. */
export const TRANSPORTS = ['websocket', 'sse'] as const;

/** The name of a transport. */
export type TransportName = (typeof TRANSPORTS)[number];

/** One attempt to run a subscription. It is never repeated: the next attempt has a later cursor, and its own token. */
export interface Attempt {
  readonly url: URL;
  /** Where streams are served beside everything else, for servers that have no URL of their own for them. */
  readonly sharedUrl?: URL | undefined;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string;
  /** How long the connection may be silent, in milliseconds. */
  readonly silenceMs: number;
  /** Aborts the attempt; what it aborts with is what the transport throws. */
  readonly signal: AbortSignal;
  /** Called when the gateway has accepted the connection. */
  readonly accepted: () => void;
  /** Called when anything arrives, heartbeats included. */
  readonly onActivity: () => void;
}

/** A GraphQL result as it arrived, unchecked. */
export type RawResult = {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors?: readonly object[] | undefined;
};

/** Runs an attempt. The iterable throws when the connection fails, and ends when the gateway ends the operation. */
export type Transport = (attempt: Attempt) => AsyncIterable<RawResult>;
