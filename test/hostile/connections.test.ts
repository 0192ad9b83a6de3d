/** Connections that say nothing cannot shut out those that have proved themselves, nor a newcomer, also from one address. */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { readerToken, signedCallback, startTestServer } from '../support/server.ts';

const CAP = 20;

test('at the cap a callback, its kept connection and a live subscription go on', async () => {
  await using server = await startTestServer({}, { maxConnections: CAP });
  const port = Number(new URL(server.url).port);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<unknown>();
  const post = (status: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ port, agent, method: 'POST', path: '/callbacks/kyc' }, (response) => {
        sockets.add(response.socket);
        response.resume().on('end', () => resolve(response.statusCode));
      });
      sent.on('error', reject).end(signedCallback('c', { status }));
    });
  expect(await post('CREATED')).toBe(200);
  const query = 'subscription { kycUpdates(after: "earliest") { status } }';
  await using updates = server.follow(query, await readerToken());
  expect(await updates.next()).toMatchObject({ data: { kycUpdates: { status: 'CREATED' } } });

  const idle: Socket[] = [];
  for (let count = 0; count < 5 * CAP; count++) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    idle.push(socket);
  }
  expect(await post('KYC_NEEDED')).toBe(200);
  expect(sockets.size).toBe(1);
  expect(await updates.next()).toMatchObject({ data: { kycUpdates: { status: 'KYC_NEEDED' } } });
  // A newcomer, on a connection of its own.
  expect((await server.callback('d', { status: 'CREATED' })).status).toBe(200);
  await expect.poll(() => idle.filter(({ destroyed }) => !destroyed).length).toBeLessThan(CAP);
  expect(server.logged.join()).toContain('Connection limit reached');
  for (const socket of idle) socket.destroy();
  agent.destroy();
});

test('a connection that sends request after request without waiting for answers is closed', async () => {
  await using server = await startTestServer();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {});
  socket.resume().write('GET /x HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2_000));
  await once(socket, 'close');
  expect(server.logged.join()).toContain('Closed a connection with too many pipelined requests');
  expect((await server.callback('c', { status: 'CREATED' })).status).toBe(200);
});

test('an event stream asked for with an invalid host before the path is answered', async () => {
  await using server = await startTestServer();
  const headers = { authorization: `Bearer ${await readerToken()}` };
  const path = 'http://a:99999/graphql/stream?query={__typename}';
  const [response] = await once(request({ port: new URL(server.url).port, path, headers }).end(), 'response');
  expect(response.statusCode).toBe(200);
  response.destroy();
});

test('callbacks come to the path that is set, and nowhere else', async () => {
  await using server = await startTestServer({ callbackPath: '/hook/k7Qx9' });
  const post = async (path: string) =>
    (await fetch(`${server.url}${path}`, { method: 'POST', body: signedCallback('c', { status: 'CREATED' }) })).status;
  expect([await post('/callbacks/kyc'), await post('/hook/k7Qx9'), await post('/hook/k7Qx9/more')]).toEqual([
    404, 200, 404,
  ]);
  expect(server.logged.join()).not.toContain('k7Qx9');
});
