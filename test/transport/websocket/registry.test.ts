import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Liveness } from '../../../src/transport/liveness.ts';
import { SocketRegistry } from '../../../src/transport/websocket/registry.ts';
import { SocketSession } from '../../../src/transport/websocket/session.ts';

const liveness = new Liveness();
// A socket that was never connected: the registry only tells them apart.
const sessionFrom = (address: string) =>
  new SocketSession(
    new WebSocket(null as never, undefined as never, {}),
    { headers: {}, address, connection: new PassThrough() },
    liveness,
  );

function registryOf(limit: number) {
  const evicted: SocketSession[] = [];
  return { registry: new SocketRegistry((session) => evicted.push(session), limit), evicted };
}

test('above the limit, the oldest socket of the address that holds most is evicted', () => {
  const { registry, evicted } = registryOf(4);
  const [lone, first, second, third] = ['a', 'b', 'b', 'b'].map(sessionFrom) as SocketSession[];
  for (const session of [lone, first, second, third] as SocketSession[]) registry.add(session);
  expect(evicted).toEqual([]);
  registry.add(sessionFrom('c'));
  expect(evicted).toEqual([first]);
  registry.add(sessionFrom('d'));
  expect(evicted).toEqual([first, second]);
  expect([...registry]).toHaveLength(6);
});

test('when all share one address, the newcomer is accepted and the oldest evicted', () => {
  const { registry, evicted } = registryOf(2);
  const sessions = Array.from({ length: 5 }, () => sessionFrom('proxy'));
  for (const session of sessions) registry.add(session);
  expect(evicted).toEqual(sessions.slice(0, 3));
});

test('an authenticated session and a closed one no longer count', () => {
  const { registry, evicted } = registryOf(2);
  const [proven, gone, waiting, last] = ['a', 'a', 'a', 'a'].map(sessionFrom) as [
    SocketSession,
    SocketSession,
    SocketSession,
    SocketSession,
  ];
  registry.add(proven);
  registry.proven(proven);
  registry.add(gone);
  expect(registry.delete(gone.socket)).toBe(gone);
  expect(registry.delete(gone.socket)).toBeUndefined();
  registry.add(waiting);
  registry.add(last);
  expect(evicted).toEqual([]);
  registry.add(sessionFrom('b'));
  expect(evicted).toEqual([waiting]);
  expect(registry.get(proven.socket)).toBe(proven);
});
