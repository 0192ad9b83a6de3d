/**
 * One client's WebSocket: what graphql-ws needs of it, and what the sweep looks at. It has methods and no closures, and the
 * socket's listeners are shared by all: thousands of sockets are idle, and each costs what it holds.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { WebSocket as ProtocolSocket } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import type { Viewer } from '../../access/viewer.ts';

/** What graphql-ws wants called when the socket has closed. */
export type SocketClosed = (code: number, reason: string) => Promise<void>;

/** How long a client may take to say who it is, in milliseconds. */
const INIT_MS = 3_000;

/** How much of its answers a client may leave unread and still send more. */
const MAX_UNREAD_BYTES = 256 * 1024;

/** A socket from its opening to its closing. */
export class SocketSession implements ProtocolSocket {
  readonly socket: WebSocket;
  /** Of the upgrade, until it is known who asks. */
  headers: IncomingHttpHeaders | null;
  /** Who it is; null until the client has said so. */
  viewer: Viewer | null = null;
  /** When the session has to end: the time to say who it is, then the life of the token. Milliseconds since 1970. */
  endsAt = Date.now() + INIT_MS;
  /** When the client was last heard, and since when it leaves a frame unread (0: it reads). */
  heardAt = Date.now();
  unreadSince = 0;
  closed: SocketClosed | null = null;
  #handle: ((data: string) => Promise<void>) | null = null;

  constructor(socket: WebSocket, headers: IncomingHttpHeaders) {
    this.socket = socket;
    this.headers = headers;
  }

  get protocol(): string {
    return this.socket.protocol;
  }

  /** Sends a frame. Resolves when it has left for the kernel. */
  send(frame: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.push(frame, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** The same, calling back. */
  push(frame: string, sent: (error?: Error | null) => void): void {
    if (this.unreadSince === 0) this.unreadSince = Date.now();
    this.socket.send(frame, (error) => {
      // What is still waiting has moved: the clock starts anew.
      this.unreadSince = this.socket.bufferedAmount === 0 ? 0 : Date.now();
      if (this.unreadSince === 0 && this.socket.isPaused) this.socket.resume();
      sent(error);
    });
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  onMessage(handle: (data: string) => Promise<void>): void {
    this.#handle = handle;
  }

  /** Reads no more from a client that does not read its answers: the answers to what it sends would pile up here. */
  hold(): void {
    if (this.socket.bufferedAmount > MAX_UNREAD_BYTES) this.socket.pause();
  }

  /** Takes a message of the client. Rejects when its handling failed. */
  receive(data: RawData): Promise<void> {
    this.heardAt = Date.now();
    return this.#handle?.(messageIn(String(data))) ?? Promise.resolve();
  }
}

/**
 * graphql-ws holds what it was given for as long as the subscription lives, and takes a message that is parsed already as
 * well: then that is the message, and not its text beside it. What is no JSON is for graphql-ws to refuse.
 */
function messageIn(text: string): string {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
