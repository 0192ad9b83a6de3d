import { once } from 'node:events';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { guardedAuthenticate } from '../../src/access/guarded-authenticate.ts';
import type { Viewer } from '../../src/access/viewer.ts';
import { startTestServer } from '../support/server.ts';

const log = pino({ level: 'silent' });
const viewer: Viewer = { subject: 's', customerId: null, mayRead: true, mayAdmin: false, expiresAt: null };
const request = { headers: {} };
const never = () => new Promise<never>(() => {});
const UNAVAILABLE = { code: 'AUTHENTICATION_UNAVAILABLE' };

test('answers at once and later ones pass through, undefined is nobody, and errors stay what they are', async () => {
  expect(await guardedAuthenticate(() => viewer, log)(request)).toBe(viewer);
  expect(await guardedAuthenticate(async () => viewer, log)(request)).toBe(viewer);
  expect(await guardedAuthenticate(() => null, log)(request)).toBeNull();
  for (const nobody of [() => undefined, async () => undefined]) {
    expect(await guardedAuthenticate(nobody as never, log)(request)).toBeNull();
  }
  const broken = () => {
    throw new TypeError('a mistake');
  };
  await expect(guardedAuthenticate(broken, log)(request)).rejects.toThrow('a mistake');
  await expect(guardedAuthenticate(async () => broken(), log)(request)).rejects.toThrow('a mistake');
});

test('one that never answers is unavailable after the deadline, and its place is free again', async () => {
  const authenticate = guardedAuthenticate(never, log, { deadlineMs: 20, maxInFlight: 2 });
  for (let round = 0; round < 2; round++) {
    const waiting = [authenticate(request), authenticate(request)];
    for (const one of waiting) if (one instanceof Promise) one.catch(() => {});
    const startedAt = performance.now();
    await expect(authenticate(request)).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - startedAt).toBeLessThan(15);
    for (const one of waiting) await expect(one).rejects.toMatchObject(UNAVAILABLE);
  }
});

test('the number of pending calls is bounded, and authenticate is not called beyond it', async () => {
  const called = vi.fn(never);
  const authenticate = guardedAuthenticate(called, log, { deadlineMs: 50, maxInFlight: 3 });
  const ends = await Promise.allSettled(Array.from({ length: 100 }, () => authenticate(request)));
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  expect(called).toHaveBeenCalledTimes(3);
});

test('over HTTP and WebSocket, an authenticate that hangs is 503 and 1013 within its deadline', {
  timeout: 30_000,
}, async () => {
  await using server = await startTestServer({}, { access: never });
  const startedAt = performance.now();
  const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws');
  const closed = once(socket, 'close');
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
    body: '{"query":"{ myKyc { status } }"}',
  });
  expect([response.status, response.headers.has('retry-after')]).toEqual([503, true]);
  expect((await closed)[0]).toBe(1013);
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});
