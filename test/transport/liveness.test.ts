import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_SESSION_MS } from '../../src/access/viewer.ts';
import { hasPassed, Liveness, type Peer } from '../../src/transport/liveness.ts';

class FakePeer implements Peer {
  readonly openedAt: number;
  unreadSince = 0;
  unanswered = 0;
  beats = 0;
  terminated = 0;
  deadlines: [sweep: number, now: number][] = [];

  constructor(openedAt = 1) {
    this.openedAt = openedAt;
  }

  checkDeadline(sweep: number, now: number): void {
    this.deadlines.push([sweep, now]);
  }
  beat(): void {
    this.beats++;
    this.unanswered++;
  }
  terminate(): void {
    this.terminated++;
  }
}

let liveness: Liveness;
let peer: FakePeer;
let stalled: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  [liveness, peer, stalled] = [new Liveness(), new FakePeer(), 0];
  liveness.watch(new Set([peer]), { stallMs: 30_000, onStalled: () => stalled++ });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a peer is pinged every 15 seconds, and cut after two pings without an answer', () => {
  vi.advanceTimersByTime(44_000);
  expect([peer.beats, peer.terminated]).toEqual([2, 0]);
  vi.advanceTimersByTime(1_000);
  expect([peer.beats, peer.terminated, stalled]).toEqual([2, 1, 0]);
});

test('peers that opened at different times are not pinged in the same sweep', () => {
  const peers = Array.from({ length: 30 }, (_, index) => new FakePeer(1 + index));
  liveness.watch(new Set(peers), { stallMs: 30_000, onStalled: () => {} });
  vi.advanceTimersByTime(30_000);
  for (const one of peers) one.unanswered = one.beats = 0;
  for (let sweep = 1; sweep <= 15; sweep++) {
    vi.advanceTimersByTime(1_000);
    expect(peers.filter(({ beats }) => beats > 0)).toHaveLength(2 * sweep);
  }
});

test('an answer to a ping keeps a peer', () => {
  for (let second = 0; second < 600; second++) {
    vi.advanceTimersByTime(1_000);
    peer.unanswered = 0;
  }
  expect([peer.beats, peer.terminated]).toEqual([40, 0]);
});

describe('a stepped clock', () => {
  test('a step of a day forward cuts nobody and adds no ping', () => {
    peer.unreadSince = liveness.now;
    vi.setSystemTime(Date.now() + 86_400_000);
    vi.advanceTimersByTime(10_000);
    expect([peer.beats, peer.terminated, stalled]).toEqual([0, 0, 0]);
  });

  test('a step of a day back stops no ping', () => {
    vi.setSystemTime(Date.now() - 86_400_000);
    vi.advanceTimersByTime(15_000);
    expect(peer.beats).toBe(1);
  });
});

test('a peer that reads nothing for 30 seconds is counted as stalled, even when its pings are unanswered as well', () => {
  peer.unanswered = 2;
  peer.unreadSince = liveness.now;
  vi.advanceTimersByTime(30_000);
  expect([peer.terminated, stalled]).toEqual([0, 0]);
  vi.advanceTimersByTime(1_000);
  expect([peer.terminated, stalled]).toEqual([1, 1]);
});

test('a peer that reads again in time is kept', () => {
  peer.unreadSince = liveness.now;
  vi.advanceTimersByTime(29_000);
  peer.unreadSince = 0;
  vi.advanceTimersByTime(15_000);
  expect([peer.terminated, stalled]).toEqual([0, 0]);
});

test('a deadline passes only after the whole time, wherever between two sweeps it began', () => {
  expect([hasPassed(1, 2, 1_000), hasPassed(1, 3, 1_000)]).toEqual([false, true]);
  expect(hasPassed(1, 86_401, MAX_SESSION_MS)).toBe(false);
  expect(hasPassed(1, 86_402, MAX_SESSION_MS)).toBe(true);
});

test('the sweep stops when nothing is watched any more', () => {
  const others = new Set<Peer>();
  const own = new Liveness();
  const before = vi.getTimerCount();
  own.watch(others, { stallMs: 1, onStalled: () => {} });
  expect(vi.getTimerCount()).toBe(before + 1);
  own.unwatch(others);
  expect(vi.getTimerCount()).toBe(before);
});
