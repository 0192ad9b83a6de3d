/** Ordinary disconnects, as opposed to failures of ours: they are logged at debug level, without alarm. */

const CODES: ReadonlySet<unknown> = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** Sending failed because the connection is closed, or is being closed. */
export class Disconnected extends Error {
  constructor(cause?: unknown) {
    super('The connection was closed.', { cause });
    this.name = 'Disconnected';
  }
}

/** Whether an error only says that the peer has gone, or that the connection is closing. */
export function isDisconnect(error: unknown): boolean {
  if (error instanceof Disconnected) return true;
  if (!(error instanceof Error)) return false;
  return CODES.has((error as NodeJS.ErrnoException).code) || error.message.startsWith('WebSocket is not open');
}
