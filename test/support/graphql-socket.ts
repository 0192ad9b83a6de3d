/** A raw graphql-transport-ws socket, so that a test can send what no client would. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A message of the server. */
export interface ServerMessage {
  readonly type: string;
  readonly id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly payload?: any;
}

/** An open socket whose messages are kept until they are read. */
export interface GraphqlSocket extends Disposable {
  readonly socket: WebSocket;
  /** Every message that has come. */
  readonly received: readonly ServerMessage[];
  /** The close code, as soon as it is closed. */
  readonly closed: Promise<number>;
  send(message: object | string): void;
  /** Sends `connection_init`. */
  init(connectionParams?: object): void;
  /** The next message that has not been read; rejects when the socket closes before. */
  next(): Promise<ServerMessage>;
}

/** Opens a socket at a `ws:` URL. */
export async function openSocket(url: string, headers: Record<string, string> = {}): Promise<GraphqlSocket> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
  const received: ServerMessage[] = [];
  let read = 0;
  socket.on('message', (data) => received.push(JSON.parse(String(data)))).on('error', () => {});
  const closed = once(socket, 'close').then(([code]) => Number(code));
  closed.catch(() => {});
  await once(socket, 'open');
  const send = (message: object | string): void =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return {
    socket,
    received,
    closed,
    send,
    init: (payload) => send({ type: 'connection_init', payload }),
    async next() {
      while (received.length <= read) {
        const close = closed.then((code) => Promise.reject(new Error(`closed with ${code}`)));
        await Promise.race([once(socket, 'message'), close]);
      }
      return received[read++] as ServerMessage;
    },
    [Symbol.dispose]: () => socket.terminate(),
  };
}
