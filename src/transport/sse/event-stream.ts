/** One response of server-sent events. (https://html.spec.whatwg.org/multipage/server-sent-events.html) */
import type { ServerResponse } from 'node:http';
import { HEARTBEAT_MS } from '../../client/protocol.ts';
import { CLOSE_GRACE_MS } from '../closing.ts';
import { Disconnected } from '../disconnect.ts';
import { hasPassed, type Liveness, MAX_SESSION_MS, type Peer } from '../liveness.ts';

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // nginx would hold events back.
  'X-Accel-Buffering': 'no',
};
const COMMENT = ':\n\n';

/** The stream of one client. Each send waits until the kernel has taken it: nothing is queued for a client that stalls. */
export class EventStream implements Peer {
  readonly #response: ServerResponse;
  readonly #liveness: Liveness;
  readonly #openedAt: number;
  /** When the client's token expires, in milliseconds since 1970; null: never. */
  readonly #expiresAt: number | null;
  unreadSince = 0;
  /** Comments have no answer. */
  unanswered = 0;

  constructor(response: ServerResponse, expiresAt: number | null, liveness: Liveness) {
    this.#response = response;
    this.#expiresAt = expiresAt;
    this.#liveness = liveness;
    this.#openedAt = liveness.now;
    response.on('error', () => response.destroy());
  }

  /** Sends the head, and a comment: some browsers report an open stream only when something came. */
  begin(): Promise<void> {
    this.#response.socket?.setNoDelay(true).setKeepAlive(true, HEARTBEAT_MS);
    this.#response.writeHead(200, HEADERS);
    return this.#write(COMMENT);
  }

  /** Whether operations may still be executed for the client; ends the stream when the token has expired. */
  isOpen(): boolean {
    if (this.#response.writableEnded || this.#response.destroyed) return false;
    if (!this.#isExpired(Date.now())) return true;
    this.end();
    return false;
  }

  /** Sends an event. `data` is JSON, which has no line breaks. Rejects with `Disconnected`. */
  send(event: 'next' | 'complete', data: string): Promise<void> {
    return this.#write(eventText(event, data));
  }

  /** Sends an update's payload with the ID that a client resumes after. Calls back when the kernel has taken it. */
  push(payload: string, id: string, sent: (error?: Error | null) => void): void {
    this.#writeThen(`id: ${id}\n${eventText('next', payload)}`, sent);
  }

  /** Shows the client, and proxies in between, that the stream is alive. */
  beat(): void {
    this.#write(COMMENT).catch(() => {});
  }

  checkDeadline(sweep: number, now: number): void {
    if (this.#response.writableEnded) return;
    if (this.#isExpired(now) || hasPassed(this.#openedAt, sweep, MAX_SESSION_MS)) this.end();
  }

  /**
   * Ends the response: without a `complete` before it, clients reconnect. The connection of a client that does not take what is
   * left within a second is terminated.
   */
  end(): void {
    if (this.#response.writableEnded) return;
    const terminate = setTimeout(() => this.terminate(), CLOSE_GRACE_MS).unref();
    this.onClose(() => clearTimeout(terminate));
    this.#response.end();
  }

  terminate(): void {
    this.#response.destroy();
  }

  /** Calls `closed` when the response has ended or its connection has closed; at once when it has already. */
  onClose(closed: () => void): void {
    if (this.#response.destroyed) closed();
    else this.#response.once('close', closed);
  }

  #isExpired(now: number): boolean {
    return this.#expiresAt !== null && this.#expiresAt <= now;
  }

  #write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#writeThen(text, (error) => (error ? reject(new Disconnected(error)) : resolve()));
    });
  }

  #writeThen(text: string, sent: (error?: Error | null) => void): void {
    if (this.#response.writableEnded) {
      sent(new Disconnected());
      return;
    }
    if (this.unreadSince === 0) this.unreadSince = this.#liveness.now;
    this.#response.write(text, (error) => {
      // The client has taken something: the time starts again.
      this.unreadSince = this.#response.writableLength === 0 ? 0 : this.#liveness.now;
      sent(error);
    });
  }
}

function eventText(event: 'next' | 'complete', data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
