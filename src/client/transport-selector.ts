/** How an operation travels to the gateway and its results back. */

/** The ways there are. */
export const TRANSPORTS = ['websocket', 'sse'] as const;

/** A way to the gateway. */
export type TransportName = (typeof TRANSPORTS)[number];

/** One attempt to run a subscription. It is never repeated: the next attempt has a later cursor, and its own token. */
export interface Attempt {
  readonly url: URL;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string;
  /** How long the connection may be silent, in milliseconds. */
  readonly silenceMs: number;
  /** Aborts the attempt; what it aborts with is what the transport throws. */
  readonly signal: AbortSignal;
  /** The gateway has let us in. */
  readonly accepted: () => void;
  /** Something came in, be it a heartbeat. */
  readonly heard: () => void;
}

/** A GraphQL result, not yet looked at. */
export type RawResult = {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors?: readonly object[] | undefined;
};

/** Runs an attempt. The iterable throws when the connection fails, and ends when the gateway ends the operation. */
export type Transport = (attempt: Attempt) => AsyncIterable<RawResult>;
