/**
 * One sweep over every live connection, for every transport: heartbeats, peers that stopped reading or answering, sessions that
 * are over.
 *
 * Time is counted in sweeps and not read from a clock. A stepped clock changes nothing, and a process that was suspended, or
 * whose event loop was blocked, continues with one sweep and not with many: peers get the time to answer that they missed.
 */

import { HEARTBEAT_MS } from '../client/protocol.ts';
import { currentTime } from '../schedule/clock.ts';

/** How often connections are looked at, in milliseconds. */
export const SWEEP_MS = 1_000;

/** The heartbeats a peer may leave unanswered. */
const MAX_UNANSWERED = 2;

const SWEEPS_PER_BEAT = HEARTBEAT_MS / SWEEP_MS;

/** A connection as the sweep sees it. `Sweep` values come from `Liveness.now`. */
export interface Peer {
  /** The sweep in which it opened. Heartbeats are counted from it, so that thousands of peers are not all pinged in one sweep. */
  readonly openedAt: number;
  /** The sweep since which the peer leaves a frame unread; 0: it reads. */
  readonly unreadSince: number;
  /** Heartbeats in a row that wait for an answer; stays 0 where the protocol has no answer. */
  unanswered: number;
  /** Ends the session if its time has come. `now` is the wall clock, which the expiry of a token is measured by. */
  checkDeadline(sweep: number, now: number): void;
  /** Sends a heartbeat. */
  beat(): void;
  /** Ends the connection without asking the peer. */
  terminate(): void;
}

/** What the sweep does on behalf of a transport. */
export interface LivenessOptions<Watched extends Peer = Peer> {
  /** How long a peer may leave a frame unread, in milliseconds. */
  readonly stallMs: number;
  /** Called for each peer that is disconnected because it stopped reading. */
  readonly onStalled: (peer: Watched) => void;
}

/** Whether at least `milliseconds` have passed between two sweeps, wherever between two ticks the first moment was. */
export function hasPassed(since: number, sweep: number, milliseconds: number): boolean {
  return (sweep - since - 1) * SWEEP_MS >= milliseconds;
}

/** Looks at connections once a second. `stop` it. */
export class Liveness {
  /** The number of the sweep that was last; starts at 1, so that 0 can mean "never". */
  now = 1;
  readonly #groups = new Map<Iterable<Peer>, LivenessOptions>();
  #timer: NodeJS.Timeout | null = null;

  /** Watches the peers of a collection, which may change at any time. */
  watch<Watched extends Peer>(peers: Iterable<Watched>, options: LivenessOptions<Watched>): void {
    this.#groups.set(peers, options as unknown as LivenessOptions);
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** Watches the peers of a collection no longer. */
  unwatch(peers: Iterable<Peer>): void {
    this.#groups.delete(peers);
    if (this.#groups.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #sweep(): void {
    this.now++;
    const wallClock = currentTime();
    for (const [peers, options] of this.#groups) {
      for (const peer of peers) this.#check(peer, options, wallClock);
    }
  }

  #check(peer: Peer, { stallMs, onStalled }: LivenessOptions, wallClock: number): void {
    peer.checkDeadline(this.now, wallClock);
    if (peer.unreadSince !== 0) {
      // The stall deadline alone decides on a peer that does not read: it can't answer pings that it has not read either.
      peer.unanswered = 0;
      if (!hasPassed(peer.unreadSince, this.now, stallMs)) return;
      onStalled(peer);
      peer.terminate();
    } else if ((this.now - peer.openedAt) % SWEEPS_PER_BEAT === 0) {
      if (peer.unanswered >= MAX_UNANSWERED) peer.terminate();
      else peer.beat();
    }
  }
}
