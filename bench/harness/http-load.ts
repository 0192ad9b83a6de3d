/** HTTP load over keep-alive connections: requests come rendered, answers are only counted, so that one core can drive a server. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The result of a period of load. */
export interface LoadResult {
  readonly count: number;
  readonly wallMs: number;
}

type Waiting = () => void;

/**
 * Connections to one server, for one turn: servers close what was idle for some seconds. A status other than 2xx, or a body that says `"errors"`, fails the run: a
 * benchmark of errors is none.
 */
export class HttpLoad implements Disposable {
  readonly #connections: Connection[];

  private constructor(connections: Connection[]) {
    this.#connections = connections;
  }

  static async open(port: number, connections: number): Promise<HttpLoad> {
    return new HttpLoad(await Promise.all(Array.from({ length: connections }, () => Connection.open(port))));
  }

  /** Closed loop: every connection sends its next request when it has the answer to the last, for `durationMs`. */
  async run(durationMs: number, next: () => Buffer): Promise<LoadResult> {
    const startedAt = performance.now();
    const endsAt = startedAt + durationMs;
    let count = 0;
    await Promise.all(
      this.#connections.map(async (connection) => {
        await connection.loop(() => {
          if (performance.now() >= endsAt) return null;
          count++;
          return next();
        });
      }),
    );
    return { count, wallMs: performance.now() - startedAt };
  }

  /** One request; resolves with its answer. */
  async send(request: Buffer): Promise<void> {
    await this.#connections[0]?.send(request);
  }

  /**
   * Open loop: `perSecond` requests, whatever the answers take, until the signal. Resolves with how many were sent,
   * once all are answered.
   */
  async pace(perSecond: number, next: () => Buffer, signal: AbortSignal): Promise<number> {
    const startedAt = performance.now();
    const free = [...this.#connections];
    const underWay = new Set<Promise<void>>();
    let sent = 0;
    while (!signal.aborted) {
      const due = ((performance.now() - startedAt) / 1_000) * perSecond;
      for (let connection: Connection | undefined; sent < due; sent++) {
        connection = free.pop();
        if (connection === undefined) break;
        const used = connection;
        const answered = used.send(next()).then(() => {
          free.push(used);
          underWay.delete(answered);
        });
        underWay.add(answered);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(underWay);
    return sent;
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.socket.destroy();
  }
}

/** A closed loop on connections of its own: as many requests as the server takes. */
export async function closedLoop(
  port: number,
  connections: number,
  durationMs: number,
  next: () => Buffer,
): Promise<LoadResult> {
  using load = await HttpLoad.open(port, connections);
  return await load.run(durationMs, next);
}

/** One request on a connection of its own. */
export async function sendOne(port: number, request: Buffer): Promise<void> {
  using load = await HttpLoad.open(port, 1);
  await load.send(request);
}

const HEAD_END = Buffer.from('\r\n\r\n');
const CLOSED = new Error('The server closed a connection of the load.');
const LENGTH = /content-length: *(\d+)/i;

class Connection {
  readonly socket: Socket;
  #buffered: Buffer | null = null;
  #answered: Waiting = () => {};
  #failed: (error: Error) => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('close', () => this.#failed(CLOSED));
    socket.on('error', (error) => this.#failed(error));
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  send(request: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      if (this.socket.destroyed) reject(CLOSED);
      else this.socket.write(request);
    });
  }

  /** Sends what `next` gives, one after the other, until it gives null. */
  loop(next: () => Buffer | null): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) reject(CLOSED);
      this.#failed = reject;
      this.#answered = () => {
        const request = next();
        if (request === null) resolve();
        else this.socket.write(request);
      };
      this.#answered();
    });
  }

  #read(chunk: Buffer): void {
    const data = this.#buffered === null ? chunk : Buffer.concat([this.#buffered, chunk]);
    const headEnd = data.indexOf(HEAD_END);
    const head = headEnd === -1 ? '' : data.toString('latin1', 0, headEnd);
    const length = LENGTH.exec(head)?.[1];
    if (headEnd === -1 || data.length < headEnd + HEAD_END.length + Number(length ?? 0)) {
      this.#buffered = data;
      return;
    }
    this.#buffered = null;
    if (head.charCodeAt('HTTP/1.1 '.length) !== 0x32 || length === undefined || data.includes('"errors"')) {
      this.#failed(new Error(`The server answered:\n${data}`));
      return;
    }
    this.#answered();
  }
}
