/** Many WebSocket subscribers that speak graphql-transport-ws, as small as they can be: twelve thousand fit beside a server. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { GRAPHQL_PATH, SUBSCRIPTION, token } from './fixtures.ts';

const OPENED_AT_ONCE = 100;
const OPCODE_TEXT = 1;
const OPCODE_CLOSE = 8;
const OPCODE_PING = 9;

/** What a subscriber follows. */
export interface Following {
  readonly customerId: string;
  /** The token's subject: sockets are counted by it, so each subscriber is somebody else. */
  readonly subject: string;
}

/** Subscribers on one server. */
export class Subscribers implements Disposable {
  readonly #port: number;
  readonly #sockets: Socket[] = [];
  #frames = 0;
  #expected = Number.POSITIVE_INFINITY;
  #waiting: PromiseWithResolvers<void> | null = null;
  #closing = false;

  constructor(port: number) {
    this.#port = port;
  }

  get size(): number {
    return this.#sockets.length;
  }

  /** Frames with an update that have arrived since the last `expect`. */
  get frames(): number {
    return this.#frames;
  }

  /** Connects and subscribes `count` more. The subscription is sent; wait for the server to settle before relying on it. */
  async add(count: number, following: (index: number) => Following): Promise<void> {
    const first = this.size;
    for (let from = 0; from < count; from += OPENED_AT_ONCE) {
      const batch = Array.from({ length: Math.min(OPENED_AT_ONCE, count - from) }, (_, index) => first + from + index);
      this.#sockets.push(...(await Promise.all(batch.map((index) => this.#open(following(index))))));
    }
  }

  /** Starts to count from zero; resolves when `count` frames have arrived. */
  expect(count: number): Promise<void> {
    this.#frames = 0;
    this.#expected = count;
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  [Symbol.dispose](): void {
    this.#closing = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  async #open({ customerId, subject }: Following): Promise<Socket> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const acknowledged = Promise.withResolvers<void>();
    let reason = 'without a word';
    let buffered: Buffer | null = null;
    let isUpgraded = false;
    socket.on('data', (chunk: Buffer) => {
      let data = buffered === null ? chunk : Buffer.concat([buffered, chunk]);
      if (!isUpgraded) {
        const end = data.indexOf('\r\n\r\n');
        if (end === -1) {
          buffered = data;
          return;
        }
        isUpgraded = true;
        data = data.subarray(end + 4);
        socket.write(writeText({ type: 'connection_init', payload: { authorization: `Bearer ${token(subject)}` } }));
      }
      for (let frame = readFrame(data); frame !== null; frame = readFrame(data)) {
        data = data.subarray(frame.end);
        if (frame.opcode === OPCODE_PING) socket.write(writeFrame(10, frame.payload));
        else if (frame.opcode === OPCODE_TEXT) this.#took(frame.payload, acknowledged.resolve);
        else if (frame.opcode === OPCODE_CLOSE) reason = `${frame.payload.readUInt16BE()} ${frame.payload.subarray(2)}`;
      }
      buffered = data.length > 0 ? Buffer.from(data) : null;
    });
    socket.on('error', acknowledged.reject);
    socket.on('close', () => {
      if (this.#closing) return;
      const error = new Error(`The server closed a subscriber: ${reason}.`);
      acknowledged.reject(error);
      this.#waiting?.reject(error);
    });
    socket.write(UPGRADE);
    await acknowledged.promise;
    const payload = { query: SUBSCRIPTION, variables: { id: customerId } };
    // As clients name their operations: a name of its own for each, so that no frame is the same as another.
    socket.write(writeText({ id: randomUUID(), type: 'subscribe', payload }));
    return socket;
  }

  #took(payload: Buffer, acknowledge: () => void): void {
    if (payload.includes('"next"')) {
      if (payload.includes('"errors"')) throw new Error(`A subscriber was sent: ${payload}`);
      this.#frames++;
      if (this.#frames === this.#expected) this.#waiting?.resolve();
    } else if (payload.includes('"connection_ack"')) acknowledge();
    else throw new Error(`A subscriber was sent: ${payload}`);
  }
}

const UPGRADE = [
  `GET ${GRAPHQL_PATH} HTTP/1.1`,
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
  '\r\n',
].join('\r\n');

function writeText(message: object): Buffer {
  return writeFrame(OPCODE_TEXT, Buffer.from(JSON.stringify(message)));
}

/** A client's frame (RFC 6455, 5.2). It has to be masked; a mask of zeros leaves the payload as it is. */
function writeFrame(opcode: number, payload: Buffer): Buffer {
  const isLong = payload.length > 125;
  const head = Buffer.alloc(isLong ? 8 : 6);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (isLong ? 126 : payload.length);
  if (isLong) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** The first whole frame in `data`, or null. */
function readFrame(data: Buffer): { opcode: number; payload: Buffer; end: number } | null {
  if (data.length < 2) return null;
  const short = (data[1] as number) & 0x7f;
  if (data.length < 4 && short === 126) return null;
  const start = short === 126 ? 4 : 2;
  const end = start + (short === 126 ? data.readUInt16BE(2) : short);
  return data.length < end ? null : { opcode: (data[0] as number) & 0x0f, payload: data.subarray(start, end), end };
}
