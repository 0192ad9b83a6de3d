/**
 * What the gateway and its clients agree on beyond graphql-transport-ws itself. Imported by both sides, so that neither can
 * change a number or a code alone. Constants only.
 */

/** A WebSocket close: the code that a program acts on, and the reason that a person reads. */
export interface SocketClose {
  readonly code: number;
  readonly reason: string;
}

/**
 * How the gateway closes a socket. Codes below 3000 are from the WebSocket registry
 * (https://www.iana.org/assignments/websocket/websocket.xhtml), 4403 and 4408 from graphql-transport-ws; 4420 is the gateway's
 * own. All of them are codes after which graphql-ws' client may try again (4400, 4401, 4406, 4409, 4429 and 4500 are final).
 */
export const CLOSE = {
  /** The gateway shuts down, or the session has lasted as long as a session may. Reconnect. */
  serviceRestart: { code: 1012, reason: 'Service restart' },
  /** Tokens cannot be checked at the moment. Reconnect later with the same token. */
  authenticationUnavailable: { code: 1013, reason: 'Authentication unavailable' },
  /** The token is missing, expired or not valid. Reconnect with a fresh one. */
  forbidden: { code: 4403, reason: 'Forbidden' },
  /** No `connection_init` arrived within `INIT_TIMEOUT_MS`. */
  initialisationTimeout: { code: 4408, reason: 'Connection initialisation timeout' },
  /** The token's owner holds as many connections as the limits allow. Reconnect later. */
  tooManyConnections: { code: 4420, reason: 'Too many connections' },
} as const satisfies Record<string, SocketClose>;

/** How long a client may take to send `connection_init`, in milliseconds. */
export const INIT_TIMEOUT_MS = 3_000;

/** How often the gateway pings a WebSocket and sends a comment on an event stream, in milliseconds. */
export const HEARTBEAT_MS = 15_000;

/** How long a client tolerates silence before it takes the connection for dead, in milliseconds: two heartbeats and a margin. */
export const SILENCE_MS = 2 * HEARTBEAT_MS + 5_000;
