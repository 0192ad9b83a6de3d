/**
 * One client's WebSocket: what graphql-ws needs from it, and what the sweep examines. It has methods and no closures, whole
 * numbers and no doubles: thousands of sockets are idle, and each costs what it holds.
 */

import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket as ProtocolSocket } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import { MAX_SESSION_MS, type Viewer } from '../../access/viewer.ts';
import { CLOSE, INIT_TIMEOUT_MS, type SocketClose } from '../../client/protocol.ts';
import { currentTime } from '../../schedule/clock.ts';
import { Disconnected } from '../disconnect.ts';
import type { Sender } from '../live-stream.ts';
import { hasPassed, type Liveness, type Peer } from '../liveness.ts';

/** What graphql-ws wants called when the socket has closed. */
export type SocketClosed = (code: number, reason: string) => Promise<void>;

/** How far the client has come: no `connection_init` yet, its token being checked, no token, or a valid one. */
export type SessionState = 'opened' | 'authenticating' | 'anonymous' | 'authenticated';

/** The upgrade that opened a socket, as far as it is needed until the client is known. */
export interface Upgrade {
  readonly headers: IncomingHttpHeaders;
  /** Who is counted: the client's address, or its network. */
  readonly address: string;
  /** The connection below the socket. */
  readonly connection: Duplex;
}

/** How long checking a token may take, and how long a client without one may stay, in milliseconds. */
const AUTHENTICATION_MS = 15_000;
const ANONYMOUS_MS = 30_000;

/** How many bytes of answers a client may leave unread before its messages are no longer read. */
const MAX_UNREAD_BYTES = 256 * 1024;

/** RFC 6455 leaves 123 bytes for a close's reason; `ws` throws at more. */
const MAX_REASON_BYTES = 123;

/** A socket from its opening to its closing. */
export class SocketSession implements ProtocolSocket, Peer {
  readonly socket: WebSocket;
  readonly #liveness: Liveness;
  readonly openedAt: number;
  /** What the socket writes to, where it tells at once whether the kernel has taken something. With TLS it never does: null. */
  readonly #connection: Duplex | null;
  #handle: ((data: string) => Promise<void>) | null = null;
  /** Null as soon as the client is authenticated. */
  upgrade: Upgrade | null;
  /** Null without a token, and until it has been checked. */
  viewer: Viewer | null = null;
  state: SessionState = 'opened';
  unreadSince = 0;
  unanswered = 0;
  closed: SocketClosed | null = null;

  constructor(socket: WebSocket, upgrade: Upgrade, liveness: Liveness) {
    this.socket = socket;
    this.upgrade = upgrade;
    this.#liveness = liveness;
    this.#connection = 'encrypted' in upgrade.connection ? null : upgrade.connection;
    this.openedAt = liveness.now;
  }

  get protocol(): string {
    return this.socket.protocol;
  }

  /** Whether operations may still be executed for the client; closes the socket when the token has expired. */
  isOpen(): boolean {
    if (this.socket.readyState !== this.socket.OPEN) return false;
    if (!this.#isExpired(currentTime())) return true;
    this.closeWith(CLOSE.forbidden);
    return false;
  }

  /** Sends a frame. Resolves when the kernel has taken it, rejects with `Disconnected`. */
  send(frame: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wait();
      this.socket.send(frame, (error) => {
        this.#taken();
        if (error) reject(new Disconnected(error));
        else resolve();
      });
    });
  }

  /**
   * The same for an open socket; calls `sender`. Nearly always the kernel takes a frame at once, and `bufferedAmount` says so: then
   * there is no callback, for which Node would come back to the socket in a tick of its own. That is 5 % of a push to thousands.
   */
  push(frame: string, sender: Sender): void {
    const { socket } = this;
    const connection = socket.bufferedAmount === 0 ? this.#connection : null;
    if (connection !== null) {
      socket.send(frame);
      if (socket.bufferedAmount === 0) {
        if (socket.isPaused) socket.resume();
        sender.sent();
        return;
      }
    }
    const taken = (error?: Error | null): void => {
      this.#taken();
      sender.sent(error);
    };
    this.#wait();
    // Nothing after the frame: it is written once the frame is.
    if (connection !== null) connection.write('', taken);
    else socket.send(frame, taken);
  }

  #wait(): void {
    if (this.unreadSince === 0) this.unreadSince = this.#liveness.now;
  }

  /** The client has taken something: the time starts again. */
  #taken(): void {
    this.unreadSince = this.socket.bufferedAmount === 0 ? 0 : this.#liveness.now;
    if (this.unreadSince === 0 && this.socket.isPaused) this.socket.resume();
  }

  /** Starts the closing handshake; `ws` terminates the socket when the client does not answer within a second. */
  close(code: number, reason: string): void {
    this.socket.close(code, Buffer.byteLength(reason) > MAX_REASON_BYTES ? '' : reason);
  }

  closeWith({ code, reason }: SocketClose): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** Says why and closes without waiting for an answer. */
  terminateWith(close: SocketClose): void {
    if (this.socket.readyState === this.socket.OPEN) this.closeWith(close);
    this.socket.terminate();
  }

  beat(): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.unanswered++;
    this.socket.ping();
  }

  checkDeadline(sweep: number, now: number): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    const isOver = (milliseconds: number): boolean => hasPassed(this.openedAt, sweep, milliseconds);
    if (this.state === 'authenticated') {
      if (this.#isExpired(now)) this.closeWith(CLOSE.forbidden);
      else if (isOver(MAX_SESSION_MS)) this.closeWith(CLOSE.serviceRestart);
    } else if (this.state === 'opened' && isOver(INIT_TIMEOUT_MS)) this.terminateWith(CLOSE.initialisationTimeout);
    else if (this.state === 'authenticating' && isOver(AUTHENTICATION_MS)) {
      this.closeWith(CLOSE.authenticationUnavailable);
    } else if (this.state === 'anonymous' && isOver(ANONYMOUS_MS)) this.closeWith(CLOSE.forbidden);
  }

  onMessage(handle: (data: string) => Promise<void>): void {
    this.#handle = handle;
  }

  /** Stops reading from a client that does not read its answers: the answers to what it sends would pile up here. */
  applyBackpressure(): void {
    if (this.socket.bufferedAmount > MAX_UNREAD_BYTES) this.socket.pause();
  }

  /** Resumes reading, unless the client leaves too much unread. */
  resume(): void {
    if (this.socket.bufferedAmount <= MAX_UNREAD_BYTES) this.socket.resume();
  }

  /** Passes a message to graphql-ws. Rejects when its handling failed. */
  receive(message: RawData | string): Promise<void> {
    return this.#handle?.(message as string) ?? Promise.resolve();
  }

  #isExpired(now: number): boolean {
    const expiresAt = this.viewer?.expiresAt ?? null;
    return expiresAt !== null && expiresAt <= now;
  }
}
