/** The end of many connections at once. */

const CLOSING_MS = 3_000;

/**
 * Closes connections, spread over up to 3 seconds (at most one in a millisecond would take longer: then several), so that
 * clients do not all return at once. Those that are still in `open` when that time has passed are cut.
 */
export async function closeAll<Connection>(
  open: Iterable<Connection> & { readonly size: number },
  close: (connection: Connection) => void,
  cut: (connection: Connection) => void,
): Promise<void> {
  const step = Math.max(1, Math.ceil(open.size / CLOSING_MS));
  let count = 0;
  for (const connection of [...open]) {
    close(connection);
    if (++count % step === 0) await wait(1);
  }
  const deadline = Date.now() + CLOSING_MS;
  while (open.size > 0 && Date.now() < deadline) await wait(10);
  for (const connection of open) cut(connection);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
