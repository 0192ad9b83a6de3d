/** Reads a request's body, up to a limit. With events: an async iterator costs as much as parsing the whole request. */
import type { IncomingMessage } from 'node:http';

/**
 * How much of a body that is too large is read and thrown away before the request is answered, and for how long. An answer before the body
 * has arrived closes the connection under a sender that is still writing: it sees a broken connection instead of the answer, and a proxy
 * answers 502 in our place.
 */
const DISCARD_BYTES = 1024 * 1024;
const DISCARD_MS = 1_000;

/**
 * The bytes of a request's body, or `too large` beyond `limit` bytes: then what follows was discarded, up to 1 MiB and for a second at most.
 * Rejects when the client disconnects before it is complete.
 */
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer | 'too large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else {
        request.off('data', take).off('end', finish);
        chunks.length = 0;
        discardRest(request, () => resolve('too large'));
      }
    };
    const finish = (): void => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    if (request.readableEnded) return finish();
    request.on('data', take).on('end', finish).on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new Error('The client disconnected before its request was complete.'));
    });
  });
}

/** Reads what is left of a body, within limits, then calls `done`. */
function discardRest(request: IncomingMessage, done: () => void): void {
  let length = 0;
  const stop = (): void => {
    clearTimeout(timer);
    request.off('data', count).off('end', stop).off('close', stop).pause();
    done();
  };
  const count = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > DISCARD_BYTES) stop();
  };
  const timer = setTimeout(stop, DISCARD_MS);
  request.on('data', count).on('end', stop).on('close', stop);
}
