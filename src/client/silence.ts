/** Notices a WebSocket that is half open: the peer is gone, and nothing says so. */
import type { Client } from 'graphql-ws/client';
import { SILENCE_MS } from './protocol.ts';

/** How many pings fit into the silence that is tolerated: a page does not see the gateway's own heartbeat. */
const PINGS_PER_SILENCE = 3;

/** How often graphql-ws' client has to ping so that a live gateway is never silent for `silenceMs`. */
export function pingInterval(silenceMs: number): number {
  return silenceMs / PINGS_PER_SILENCE;
}

/**
 * Terminates the client's socket once nothing has arrived for `silenceMs` (default `SILENCE_MS`), from the start of the
 * connection on. graphql-ws' own `keepAlive` only sends pings: it does nothing when no pong comes back.
 */
export function terminateWhenSilent(client: Client, silenceMs = SILENCE_MS): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onActivity = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => client.terminate(), silenceMs);
  };
  for (const event of ['connecting', 'opened', 'message'] as const) client.on(event, onActivity);
  for (const event of ['closed', 'error'] as const) client.on(event, () => clearTimeout(timer));
}
