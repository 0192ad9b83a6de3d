/** Reads a request's body, up to a limit. With events: an async iterator costs as much as parsing the whole request. */
import type { IncomingMessage } from 'node:http';

/** The bytes of a request's body, or `too large` beyond `limit` bytes. Rejects when the client disconnects before it is complete. */
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer | 'too large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else {
        request.off('data', take).pause();
        resolve('too large');
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
