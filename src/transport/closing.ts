/** Closes many connections without sending all of their clients back at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { KycError } from '../errors.ts';

/** Over how long the closes are spread, and how long connections may take to close after that, in milliseconds. */
const CLOSING_MS = 3_000;

/** How long a peer has to answer a close before its connection is terminated, in milliseconds. */
export const CLOSE_GRACE_MS = 1_000;

/** Why the gateway ends what is open. */
export function restarting(): KycError {
  return new KycError('SHUTTING_DOWN', 'The gateway is restarting. Reconnect.');
}

/**
 * Closes connections, spread over up to 3 seconds: one a millisecond, or several where that would take longer. Terminates those
 * that are still in `open` 3 seconds after the last close.
 */
export async function closeAll<Connection>(
  open: Iterable<Connection> & { readonly size: number },
  close: (connection: Connection) => void,
  terminate: (connection: Connection) => void,
): Promise<void> {
  const step = Math.max(1, Math.ceil(open.size / CLOSING_MS));
  let count = 0;
  for (const connection of [...open]) {
    close(connection);
    if (++count % step === 0) await sleep(1);
  }
  const deadline = performance.now() + CLOSING_MS;
  while (open.size > 0 && performance.now() < deadline) await sleep(10);
  for (const connection of open) terminate(connection);
}
