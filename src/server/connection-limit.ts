/**
 * The cap on open connections. At the cap, room is made by closing connections of the address that holds most, those that
 * lose least first; the newcomer is never refused. Behind a proxy every client has the proxy's address, so a limit by address
 * alone would shut honest clients out: the address only decides where room is made.
 */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { senderOf } from '../http/client-address.ts';
import { onProven } from '../http/proof.ts';

/** How a connection stands, from the one that loses least when it is closed. */
const RANKS = ['idle', 'busy', 'proven'] as const;
type Rank = (typeof RANKS)[number];

/** The requests that a connection may send without waiting for their answers. One chunk of a connection can hold 2,400. */
const MAX_PIPELINED = 64;

/** At most this many are closed at once, so that finding them costs a newcomer little. */
const MAX_BATCH = 16;
const DEFAULT_FILE_LIMIT = 1_024;
/** Descriptors for everything else: the journal, Postgres, XGateway's API, the log. */
const RESERVED = { least: 64, share: 0.1, most: 1_000 };

interface Held {
  readonly socket: Socket;
  readonly address: string;
  requests: number;
  /** Whether a request has been handled in this turn of the event loop. */
  hadTurn: boolean;
  /** Handle the requests that wait for those before them. */
  waiting: (() => void)[] | null;
  isProven: boolean;
}

/** The most connections that leave enough file descriptors for everything else. */
export function defaultConnectionLimit(fileLimit = openFileLimit()): number {
  const reserved = Math.min(RESERVED.most, Math.max(RESERVED.least, Math.ceil(fileLimit * RESERVED.share)));
  return Math.max(16, fileLimit - reserved);
}

function openFileLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return Number(soft) || 1_048_576;
  } catch {
    return DEFAULT_FILE_LIMIT;
  }
}

/** Keeps the connections of `server` at `limit`. Attach it before any other listener. */
export class ConnectionLimit {
  readonly #limit: number;
  readonly #log: Logger;
  /** By address and rank, the oldest first. */
  readonly #addresses = new Map<string, Record<Rank, Set<Held>> & { count: number }>();
  readonly #held = new WeakMap<object, Held>();
  /** The connections with a request in progress. */
  readonly #busy = new Set<Socket>();
  #count = 0;
  /** The connections of which a request was handled in this turn of the event loop. */
  #hadTurn: Held[] = [];

  constructor(server: Server, limit: number, log: Logger) {
    this.#limit = limit;
    this.#log = log;
    server.on('connection', (socket: Socket) => this.#opened(socket));
    server.prependListener('request', ({ socket }, response) => {
      const held = this.#held.get(socket);
      if (held === undefined) return;
      this.#move(held, () => held.requests++);
      this.#busy.add(socket);
      response.once('close', () => {
        this.#move(held, () => held.requests--);
        this.#handleNext(held);
        if (held.requests === 0) this.#busy.delete(socket);
      });
    });
  }

  /** How many connections are open. */
  get count(): number {
    return this.#count;
  }

  /** Whether a connection has sent more requests than it may without waiting for their answers. */
  isFlooding(socket: Socket): boolean {
    return (this.#held.get(socket)?.requests ?? 0) > MAX_PIPELINED;
  }

  /**
   * Calls `handle` when the requests before it on its connection are answered, for one request of a connection in each turn of the event
   * loop. Answers go out in order anyway, and a chunk of 64 KB holds hundreds of requests: all at once, they would make the other
   * connections wait.
   */
  inOrder(socket: Socket, handle: () => void): void {
    const held = this.#held.get(socket);
    if (held === undefined) handle();
    else if (held.requests > 1 || held.hadTurn) {
      held.waiting ??= [];
      held.waiting.push(handle);
    } else this.#handle(held, handle);
  }

  #handle(held: Held, handle: () => void): void {
    held.hadTurn = true;
    if (this.#hadTurn.push(held) === 1) setImmediate(this.#endTurn);
    handle();
  }

  readonly #endTurn = (): void => {
    const ended = this.#hadTurn;
    this.#hadTurn = [];
    for (const held of ended) held.hadTurn = false;
    for (const held of ended) this.#handleNext(held);
  };

  #handleNext(held: Held): void {
    // Those that wait are among the requests of the connection.
    if (held.waiting === null || held.hadTurn || held.requests > held.waiting.length) return;
    const next = held.waiting.shift();
    if (next === undefined || held.socket.destroyed) held.waiting = null;
    else this.#handle(held, next);
  }

  /** Whether a request of this connection is being answered. */
  isBusy(socket: Socket): boolean {
    return this.#busy.has(socket);
  }

  /** The connections whose requests are being answered. */
  get busy(): ReadonlySet<Socket> {
    return this.#busy;
  }

  /** Closes the connections on which nothing was ever received. */
  closeUnused(): void {
    for (const { idle } of this.#addresses.values()) {
      for (const { socket } of idle) if (socket.bytesRead === 0) socket.destroy();
    }
  }

  #opened(socket: Socket): void {
    if (this.#count >= this.#limit) this.#makeRoom();
    const held: Held = {
      socket,
      address: senderOf(socket.remoteAddress ?? ''),
      requests: 0,
      hadTurn: false,
      waiting: null,
      isProven: false,
    };
    this.#held.set(socket, held);
    const address = this.#addresses.get(held.address) ?? {
      idle: new Set(),
      busy: new Set(),
      proven: new Set(),
      count: 0,
    };
    this.#addresses.set(held.address, address);
    address.idle.add(held);
    address.count++;
    this.#count++;
    onProven(socket, () => this.#move(held, () => (held.isProven = true)));
    socket.once('close', () => {
      this.#closed(held);
      // Of pipelined requests, the answers that wait for an earlier one never close.
      this.#busy.delete(socket);
    });
  }

  #closed(held: Held): void {
    const address = this.#addresses.get(held.address);
    if (address === undefined || !address[rankOf(held)].delete(held)) return;
    this.#count--;
    if (--address.count === 0) this.#addresses.delete(held.address);
  }

  /** Updates what is known of a connection, and its rank. */
  #move(held: Held, change: () => void): void {
    const address = this.#addresses.get(held.address);
    // A closed one is forgotten.
    const isHeld = address?.[rankOf(held)].delete(held) === true;
    change();
    if (isHeld) address?.[rankOf(held)].add(held);
  }

  #makeRoom(): void {
    const byCount = [...this.#addresses].toSorted(([, left], [, right]) => right.count - left.count);
    for (const rank of RANKS) {
      // Idle connections of any sender first; only then those that lose more.
      const found = byCount.find(([, ranks]) => ranks[rank].size > 0);
      if (found === undefined) continue;
      const [address, ranks] = found;
      // Several at once when nothing is lost, to make room for the next newcomers.
      const most = rank === 'idle' ? Math.min(MAX_BATCH, Math.ceil(this.#limit / 100)) : 1;
      const closing = [...ranks[rank].values().take(most)];
      for (const held of closing) {
        held.socket.destroy();
        this.#closed(held);
      }
      this.#log.warn(
        { address, rank, closed: closing.length, limit: this.#limit },
        'Connection limit reached: closed connections of the address that holds most. Raise the file-descriptor limit (ulimit -n) if this load is expected',
      );
      return;
    }
  }
}

function rankOf({ requests, isProven }: Held): Rank {
  if (isProven) return 'proven';
  return requests > 0 ? 'busy' : 'idle';
}
