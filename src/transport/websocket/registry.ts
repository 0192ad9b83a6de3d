/** The sockets that are open, and the bound on those that have proved nothing yet. */
import type { WebSocket } from 'ws';
import type { SocketSession } from './session.ts';

/** Sockets that have shown no valid token, in total. */
export const MAX_UNPROVEN = 1_000;

/**
 * The open sockets. Those without a valid token are bounded in total: one too many ends the oldest of the address that holds
 * most. A newcomer is never refused, so no address shuts others out, not even where a proxy makes all addresses one.
 */
export class SocketRegistry {
  readonly #sessions = new Map<WebSocket, SocketSession>();
  readonly #unproven = new Map<string, Set<SocketSession>>();
  readonly #maxUnproven: number;
  readonly #onEvicted: (session: SocketSession) => void;
  #unprovenCount = 0;

  /**
   * @param onEvicted called for each socket that makes room; it ends the socket.
   * @param maxUnproven default `MAX_UNPROVEN`.
   */
  constructor(onEvicted: (session: SocketSession) => void, maxUnproven = MAX_UNPROVEN) {
    this.#onEvicted = onEvicted;
    this.#maxUnproven = maxUnproven;
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#sessions.size;
  }

  [Symbol.iterator](): IterableIterator<SocketSession> {
    return this.#sessions.values();
  }

  /** The session of a socket; undefined once it has closed. */
  get(socket: WebSocket): SocketSession | undefined {
    return this.#sessions.get(socket);
  }

  /** Adds a socket that has just opened. */
  add(session: SocketSession): void {
    this.#sessions.set(session.socket, session);
    const address = session.upgrade?.address ?? '';
    const peers = this.#unproven.get(address) ?? new Set();
    this.#unproven.set(address, peers.add(session));
    if (++this.#unprovenCount > this.#maxUnproven) this.#evict();
  }

  /** Counts a socket no longer among the unproven: its token is valid. */
  proven(session: SocketSession): void {
    const address = session.upgrade?.address;
    if (address === undefined) return;
    session.upgrade = null;
    this.#removeUnproven(session, address);
  }

  /** Removes a socket that has closed. Returns its session, if it was there. */
  delete(socket: WebSocket): SocketSession | undefined {
    const session = this.#sessions.get(socket);
    if (session === undefined) return undefined;
    this.#sessions.delete(socket);
    if (session.upgrade !== null) this.#removeUnproven(session, session.upgrade.address);
    return session;
  }

  #evict(): void {
    let most: [address: string, peers: Set<SocketSession>] | null = null;
    for (const entry of this.#unproven) if (entry[1].size > (most?.[1].size ?? 0)) most = entry;
    if (most === null) return;
    const [address, peers] = most;
    // Sets keep the order of insertion: the first is the oldest.
    const [oldest] = peers;
    if (oldest === undefined) return;
    this.#removeUnproven(oldest, address);
    this.#onEvicted(oldest);
  }

  #removeUnproven(session: SocketSession, address: string): void {
    const peers = this.#unproven.get(address);
    if (peers?.delete(session) !== true) return;
    this.#unprovenCount--;
    if (peers.size === 0) this.#unproven.delete(address);
  }
}
