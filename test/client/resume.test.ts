import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { SubscribePayload } from 'graphql-ws';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { createResumingClient, type ResumingClientOptions } from '../../src/client/index.ts';
import { startTestServer, type TestServer, token } from '../support/server.ts';
import { tcpProxy, through } from '../support/tcp-proxy.ts';

const SUBSCRIPTION = 'subscription ($after: String) { kycStatusChanged(after: $after) { cursor rejectLabels } }';

let server: TestServer;
beforeEach(async () => {
  // Some tests send hundreds of callbacks about one customer.
  server = await startTestServer({ callbacksPerCustomerPerMinute: 0 });
});
afterEach(() => server[Symbol.asyncDispose]());

const said = (label: string) => server.callback('c', { status: 'SOFT_KYC_FAILED', kycRejectLabel: label });

function client(options: Partial<ResumingClientOptions> = {}) {
  const connectionParams = async () => ({ authorization: `Bearer ${await token({ sub: 'c' })}` });
  return createResumingClient({ url: server.wsUrl, connectionParams, retryDelay: () => 10, ...options });
}

function collect(from: ReturnType<typeof client>, variables: Record<string, unknown> = {}) {
  const labels: unknown[] = [];
  let ended: unknown;
  const leave = from.subscribe<{ kycStatusChanged: { rejectLabels: string[] } }>(
    { query: SUBSCRIPTION, variables },
    {
      next: ({ data }) => labels.push(data?.kycStatusChanged.rejectLabels[0]),
      error: (error) => {
        ended = error;
      },
      complete: () => {
        ended = 'complete';
      },
    },
  );
  const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 10_000 });
  return { labels, ended: () => ended, leave, until };
}

test('it goes on after a restart, and with a new token when one expires', async () => {
  await said('A');
  let tokens = 0;
  const authorization = async () =>
    `Bearer ${await token({ sub: 'c' }, ++tokens === 1 ? Math.floor(Date.now() / 1_000) + 1 : '1h')}`;
  const following = client({ connectionParams: async () => ({ authorization: await authorization() }) });
  const { labels, until } = collect(following);
  await until(() => tokens === 2);
  await said('B');
  await until(() => labels.length === 2);
  await server.restart();
  await said('C');
  await until(() => labels.length === 3);
  expect(labels).toEqual(['A', 'B', 'C']);
  await following.dispose();
});

test('a subscription that is sent by the ID of its document resumes; one that is not trusted is an error', async () => {
  const trustedDocuments = { documents: { follow: SUBSCRIPTION }, only: true };
  await using trusting = await startTestServer({}, { trustedDocuments });
  await trusting.callback('c', { status: 'SOFT_KYC_FAILED', kycRejectLabel: 'A' });
  const following = client({ url: trusting.wsUrl });
  const payload: SubscribePayload & { documentId: string } = {
    query: '',
    documentId: 'follow',
    variables: { after: null },
  };
  const results = following.iterate<{ kycStatusChanged: { rejectLabels: string[] } }>(payload);
  const next = async () => (await results.next()).value?.data?.kycStatusChanged.rejectLabels;
  expect(await next()).toEqual(['A']);
  await trusting.restart();
  await trusting.callback('c', { status: 'SOFT_KYC_FAILED', kycRejectLabel: 'B' });
  expect(await next()).toEqual(['B']);
  const refusals: readonly [SubscribePayload, string][] = [
    [{ query: `${SUBSCRIPTION} # other` }, 'DOCUMENT_NOT_TRUSTED'],
    [Object.assign({ ...payload }, { documentId: 'other' }), 'DOCUMENT_NOT_FOUND'],
  ];
  for (const [refused, code] of refusals) {
    const { value } = await following.iterate(refused).next();
    expect(value).toMatchObject({ errors: [{ extensions: { code } }] });
  }
  await following.dispose();
});

test('a cursor that the gateway does not know is dropped', async () => {
  await said('A');
  const resets: string[] = [];
  const following = client({ onReset: ({ code }) => resets.push(code) });
  const { labels, until } = collect(following, { after: `k1.${'A'.repeat(22)}` });
  await until(() => labels.length === 1);
  expect(resets).toEqual(['CURSOR_UNKNOWN']);
  await following.dispose();
});

test('a rejected operation is an error; leaving and disposing complete', async () => {
  await said('A');
  const following = client();
  const forbidden = following.iterate({ query: SUBSCRIPTION.replace('(after', '(customerId: "d", after') });
  expect((await forbidden.next()).value).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  expect((await forbidden.next()).done).toBe(true);
  const left = collect(following);
  await left.until(() => left.labels.length === 1);
  left.leave();
  await left.until(() => left.ended() === 'complete');
  const iterated = following.iterate({ query: SUBSCRIPTION });
  expect((await iterated.next()).value?.data).toMatchObject({ kycStatusChanged: { rejectLabels: ['A'] } });
  const pending = iterated.next();
  await iterated.return?.();
  expect(await pending).toEqual({ done: true, value: undefined });
  const disposed = collect(following);
  await disposed.until(() => disposed.labels.length === 1);
  await following.dispose();
  await disposed.until(() => disposed.ended() === 'complete');
});

test('other operations are sent once', async () => {
  await said('A');
  const following = client();
  const answer = following.iterate({ query: '{ myKyc { revision } }' });
  expect((await answer.next()).value).toEqual({ data: { myKyc: { revision: 1 } } });
  expect((await answer.next()).done).toBe(true);
  await following.dispose();
});

test('a socket that is closed normally is resumed from the cursor, not by graphql-ws from the beginning', async () => {
  const asked: unknown[] = [];
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  await once(sockets, 'listening');
  sockets.on('connection', (socket) =>
    socket.on('message', (data) => {
      const { type, id, payload } = JSON.parse(String(data));
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type !== 'subscribe') return;
      asked.push(payload.variables.after);
      const update = { cursor: `cursor ${asked.length}`, rejectLabels: [`${asked.length}`] };
      socket.send(JSON.stringify({ id, type: 'next', payload: { data: { kycStatusChanged: update } } }));
      if (asked.length < 4) socket.close(1000);
    }),
  );
  const following = client({ url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}` });
  const { labels, until } = collect(following, { after: 'cursor 0' });
  await until(() => labels.length === 4);
  expect(asked).toEqual(['cursor 0', 'cursor 1', 'cursor 2', 'cursor 3']);
  await following.dispose();
  await new Promise((resolve) => sockets.close(resolve));
});

test('a half-open socket is left within the silence, and resumed', async () => {
  await said('A');
  await using proxy = await tcpProxy(Number(new URL(server.url).port));
  const following = client({ url: through(proxy, server.wsUrl), silenceMs: 400 });
  const { labels, until } = collect(following);
  await until(() => labels.length === 1);
  proxy.freeze();
  await said('B');
  await until(() => labels.length === 2);
  expect(labels).toEqual(['A', 'B']);
  await following.dispose();
});

test('a live socket that is silent for long is kept: its pongs are heard', async () => {
  await said('A');
  let sockets = 0;
  const following = client({ silenceMs: 300, on: { opened: () => sockets++ } });
  const { labels, until } = collect(following);
  await until(() => labels.length === 1);
  const start = performance.now();
  await until(() => performance.now() - start > 1_000);
  await said('B');
  await until(() => labels.length === 2);
  expect(sockets).toBe(1);
  await following.dispose();
});

test.each([
  ['fixed connectionParams', { authorization: 'Bearer bad' }],
  ['a function that gives the same ones again', () => ({ authorization: 'Bearer bad' })],
])('a refused token in %s is an error', async (_name, connectionParams) => {
  const following = client({ connectionParams });
  const { ended, until } = collect(following);
  await until(() => ended() !== undefined);
  expect(ended()).toMatchObject({ name: 'KycFollowError', code: 'UNAUTHENTICATED' });
  await following.dispose();
});

test('a refused token is replaced when the function gives another', async () => {
  await said('A');
  let asked = 0;
  const connectionParams = async () => ({
    authorization: ++asked < 4 ? `Bearer bad ${asked}` : `Bearer ${await token({ sub: 'c' })}`,
  });
  const following = client({ connectionParams });
  const { labels, until } = collect(following);
  await until(() => labels.length === 1);
  expect(asked).toBe(4);
  await following.dispose();
});

test('connectionParams that never resolve are requested again', async () => {
  await said('A');
  let asked = 0;
  const connectionParams = () =>
    ++asked === 1
      ? new Promise<never>(() => {})
      : token({ sub: 'c' }).then((jwt) => ({ authorization: `Bearer ${jwt}` }));
  const following = client({ connectionParams, tokenTimeoutMs: 50 });
  const { labels, until } = collect(following);
  await until(() => labels.length === 1);
  expect(asked).toBe(2);
  await following.dispose();
});

test('a stream from the earliest update starts there again when its cursor is unknown', async () => {
  const everything = `subscription ($after: String) { kycUpdates(after: $after) { cursor rejectLabels } }`;
  const asked: unknown[] = [];
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  await once(sockets, 'listening');
  sockets.on('connection', (socket) =>
    socket.on('message', (data) => {
      const { type, id, payload } = JSON.parse(String(data));
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type !== 'subscribe') return;
      asked.push(payload.variables.after);
      const update = { cursor: `cursor ${asked.length}`, rejectLabels: [] };
      if (asked.length === 2) {
        const error = { message: 'gone', extensions: { code: 'CURSOR_UNKNOWN' } };
        return socket.send(JSON.stringify({ id, type: 'error', payload: [error] }));
      }
      socket.send(JSON.stringify({ id, type: 'next', payload: { data: { kycUpdates: update } } }));
      if (asked.length === 1) socket.close(1012);
    }),
  );
  const resets: string[] = [];
  const following = client({
    url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`,
    onReset: ({ code }) => resets.push(code),
  });
  const results = following.iterate({ query: everything, variables: { after: 'earliest' } });
  await results.next();
  await results.next();
  expect(asked).toEqual(['earliest', 'cursor 1', 'earliest']);
  expect(resets).toEqual(['CURSOR_UNKNOWN']);
  await following.dispose();
  for (const socket of sockets.clients) socket.terminate();
  await new Promise((resolve) => sockets.close(resolve));
});

test('an iterating consumer that is slow gets every update, and at most 256 wait for it', async () => {
  await said('0');
  const following = client();
  const results = following.iterate<{ kycStatusChanged: { rejectLabels: string[] } }>({ query: SUBSCRIPTION });
  const labels = [(await results.next()).value?.data?.kycStatusChanged.rejectLabels[0]];
  for (let n = 1; n <= 300; n++) await said(`${n}`);
  while (labels.length < 301) labels.push((await results.next()).value?.data?.kycStatusChanged.rejectLabels[0]);
  expect(labels).toEqual(Array.from({ length: 301 }, (_, n) => `${n}`));
  await following.dispose();
});
