/** Notices a WebSocket that is half open: the peer is gone, and nothing says so. */
import type { Client } from 'graphql-ws/client';
import { SILENCE_MS } from './protocol.ts';

/** How many pings fit into the tolerated silence: a page cannot see the gateway's own heartbeat. */
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
  let isConnected = false;
  const onActivity = (): void => {
    clearTimeout(timer);
    // A socket that was terminated still delivers what was under way.
    if (!isConnected) return;
    timer = setTimeout(() => client.terminate(), silenceMs);
  };
  const onConnection = (): void => {
    isConnected = true;
    onActivity();
  };
  const onEnd = (): void => {
    isConnected = false;
    clearTimeout(timer);
  };
  for (const event of ['connecting', 'opened'] as const) client.on(event, onConnection);
  client.on('message', onActivity);
  for (const event of ['closed', 'error'] as const) client.on(event, onEnd);
}
