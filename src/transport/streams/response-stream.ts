/** One response that streams results. */

import type { ServerResponse } from 'node:http';
import { MAX_SESSION_MS, sessionTooLong, tokenExpired } from '../../access/viewer.ts';
import { HEARTBEAT_MS } from '../../client/protocol.ts';
import type { KycError } from '../../errors.ts';
import { sendGraphqlError } from '../../http/error-response.ts';
import { currentTime } from '../../schedule/clock.ts';
import { CLOSE_GRACE_MS } from '../closing.ts';
import { Disconnected } from '../disconnect.ts';
import { hasPassed, type Liveness, type Peer } from '../liveness.ts';
import type { StreamFormat } from './format.ts';

/** nginx would buffer a stream. */
const HEADERS = { 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' };

/** The stream of one client. Each send waits until the kernel has taken it: nothing is queued for a client that stalls. */
export class ResponseStream implements Peer {
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  readonly #liveness: Liveness;
  readonly openedAt: number;
  /** When the client's token expires, in milliseconds since 1970; null: never. */
  readonly #expiresAt: number | null;
  unreadSince = 0;
  /** Heartbeats have no answer. */
  unanswered = 0;

  constructor(response: ServerResponse, format: StreamFormat, expiresAt: number | null, liveness: Liveness) {
    this.#response = response;
    this.#format = format;
    this.#expiresAt = expiresAt;
    this.#liveness = liveness;
    this.openedAt = liveness.now;
    response.on('error', () => response.destroy());
  }

  /** The label of its metrics. */
  get transport(): StreamFormat['transport'] {
    return this.#format.transport;
  }

  /** Sends the head. */
  begin(): Promise<void> {
    this.#response.socket?.setNoDelay(true).setKeepAlive(true, HEARTBEAT_MS);
    this.#response.writeHead(200, { ...HEADERS, 'Content-Type': this.#format.contentType });
    return this.#write(this.#format.opening);
  }

  /** Whether operations may still be executed for the client; ends the stream when the token has expired. */
  isOpen(): boolean {
    if (this.#response.writableEnded || this.#response.destroyed) return false;
    if (!this.#isExpired(currentTime())) return true;
    this.end(tokenExpired());
    return false;
  }

  /** Sends the only result of an operation, and that it is the only one. Rejects with `Disconnected`. */
  sendOnly(payload: string): Promise<void> {
    return this.#write(this.#format.result(payload) + this.#format.completion);
  }

  /** Sends an update's payload with the cursor that a client resumes after. Calls back when the kernel has taken it. */
  push(payload: string, id: string, sent: (error?: Error | null) => void): void {
    this.#writeThen(this.#format.result(payload, id), sent);
  }

  /** Sends that no more results come. Rejects with `Disconnected`. */
  complete(): Promise<void> {
    return this.#write(this.#format.completion);
  }

  beat(): void {
    this.#write(this.#format.heartbeat).catch(() => {});
  }

  checkDeadline(sweep: number, now: number): void {
    if (this.#response.writableEnded) return;
    if (this.#isExpired(now)) this.end(tokenExpired());
    else if (hasPassed(this.openedAt, sweep, MAX_SESSION_MS)) this.end(sessionTooLong());
  }

  /**
   * Ends the response: after `complete`, or, with the reason, although more would come. The connection of a client that does not take
   * what is left within a second is terminated.
   */
  end(reason?: KycError): void {
    if (this.#response.writableEnded) return;
    const terminate = setTimeout(() => this.terminate(), CLOSE_GRACE_MS).unref();
    this.onClose(() => clearTimeout(terminate));
    if (reason === undefined) this.#response.end();
    else if (this.#response.headersSent) this.#response.end(this.#format.interruption(reason));
    else sendGraphqlError(this.#response, reason);
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
