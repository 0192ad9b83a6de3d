/** One response of server-sent events. (https://html.spec.whatwg.org/multipage/server-sent-events.html) */
import type { ServerResponse } from 'node:http';

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  // nginx would hold events back.
  'X-Accel-Buffering': 'no',
};
const COMMENT = ':\n\n';
const KEEP_ALIVE_MS = 15_000;

/** The stream of one client. Whoever sends waits for the kernel to take it: nothing is queued for a client that stalls. */
export class EventStream {
  readonly #response: ServerResponse;
  /** When the client's token expires, in milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
  /** Since when the client leaves something unread; 0: it reads. */
  unreadSince = 0;

  constructor(response: ServerResponse, expiresAt: number | null) {
    this.#response = response;
    this.expiresAt = expiresAt;
    response.on('error', () => response.destroy());
  }

  /** Sends the head, and a comment: some browsers report an open stream only when something came. */
  begin(): Promise<void> {
    this.#response.socket?.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    this.#response.writeHead(200, HEADERS);
    return this.#write(COMMENT);
  }

  /** Sends an event. `data` is JSON, which has no line breaks. */
  send(event: 'next' | 'complete', data: string): Promise<void> {
    return this.#write(eventText(event, data));
  }

  /** Sends an update's payload with the ID that a client resumes after. Calls back when it has left for the kernel. */
  push(payload: string, id: string, sent: (error?: Error | null) => void): void {
    this.#writeThen(`id: ${id}\n${eventText('next', payload)}`, sent);
  }

  /** Tells the client, and what is between, that the stream is alive; unless something is on its way anyway. */
  beat(): void {
    if (this.unreadSince === 0) this.#write(COMMENT).catch(() => {});
  }

  /** Ends the response. Without a `complete` before, clients come back. */
  end(): void {
    this.#response.end();
  }

  /** Cuts the connection. */
  cut(): void {
    this.#response.destroy();
  }

  /** Calls `closed` when the response has ended, or was cut; at once when it is already: that is not told twice. */
  onClose(closed: () => void): void {
    if (this.#response.destroyed) closed();
    else this.#response.once('close', closed);
  }

  #write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#writeThen(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  #writeThen(text: string, sent: (error?: Error | null) => void): void {
    if (this.#response.writableEnded) {
      sent(new Error('The stream has ended.'));
      return;
    }
    if (this.unreadSince === 0) this.unreadSince = Date.now();
    this.#response.write(text, (error) => {
      // What is still waiting has moved: the clock starts anew.
      this.unreadSince = this.#response.writableLength === 0 ? 0 : Date.now();
      sent(error);
    });
  }
}

function eventText(event: 'next' | 'complete', data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
