import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { createClient } from 'graphql-ws';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { callbackHash } from '../../src/callback/hash.ts';
import { createKycGateway, type KycGateway } from '../../src/gateway.ts';

const callbackSecret = 'callback-secret';
const jwtSecret = 'a secret of thirty-two bytes or more';
let folder: string;
let gateway: KycGateway;
let server: Server;
let port: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kyc-'));
  gateway = await createKycGateway({
    secrets: { current: callbackSecret },
    databaseUrl: `sqlite:${join(folder, 'kyc.db')}`,
    access: { key: { secret: jwtSecret } },
  });
  await gateway.start();
  const app = express();
  app.use('/callbacks/kyc', gateway.callbacks);
  app.use('/graphql', gateway.graphql);
  server = createServer(app);
  gateway.attachWebSocket(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  await gateway.stop();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const token = (claims: Record<string, unknown>, expires: string | number = '1h') =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(jwtSecret));
const service = () => token({ sub: 'billing', scope: 'openid kyc:read' });

async function callback(customerId: string, status: string | null): Promise<void> {
  const body = { callbackType: 'kyc', customerId, hash: callbackHash(customerId, callbackSecret), status };
  const response = await fetch(`http://127.0.0.1:${port}/callbacks/kyc`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

async function query(source: string, bearer?: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify({ query: source }),
  });
  return response.json();
}

function follow(source: string, bearer: string) {
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${bearer}` },
  });
  return { client, updates: client.iterate<Record<string, Record<string, unknown>>>({ query: source }) };
}

test('a callback can be queried and is pushed to a graphql-ws client', async () => {
  const mine = await token({ sub: 'c' });
  await callback('c', 'KYC_PENDING');
  expect(
    await query('{ myKyc { status nextAction revision verified history { nodes { rawStatus } } } }', mine),
  ).toEqual({
    data: {
      myKyc: {
        status: 'KYC_PENDING',
        nextAction: 'WAIT',
        revision: 1,
        verified: false,
        history: { nodes: [{ rawStatus: 'KYC_PENDING' }] },
      },
    },
  });
  const { client, updates } = follow('subscription { kycStatusChanged { revision status previousStatus } }', mine);
  expect((await updates.next()).value?.data).toEqual({
    kycStatusChanged: { revision: 1, status: 'KYC_PENDING', previousStatus: null },
  });
  const pushed = updates.next();
  await callback('c', 'FULL_USER');
  expect((await pushed).value?.data).toEqual({
    kycStatusChanged: { revision: 2, status: 'FULL_USER', previousStatus: 'KYC_PENDING' },
  });
  await client.dispose();
});

test('a stream from asOf carries what comes after the list, and a cursor resumes it', async () => {
  const bearer = await service();
  for (const customer of ['a', 'b', 'c']) await callback(customer, 'CREATED');
  const list = (await query(
    '{ kycCustomers(first: 2) { asOf nodes { customerId } pageInfo { hasNextPage } } }',
    bearer,
  )) as {
    data: { kycCustomers: { asOf: string } };
  };
  expect(list).toMatchObject({
    data: { kycCustomers: { nodes: [{ customerId: 'c' }, { customerId: 'b' }], pageInfo: { hasNextPage: true } } },
  });
  await callback('d', null);
  await callback('e', 'NEW_WORD');
  const from = (after: string) => `subscription { kycUpdates(after: "${after}") { customerId status cursor } }`;
  const first = follow(from(list.data.kycCustomers.asOf), bearer);
  const update = (await first.updates.next()).value?.data?.['kycUpdates'];
  expect(update).toMatchObject({ customerId: 'd', status: 'NOT_STARTED' });
  await first.client.dispose();
  const second = follow(from(String(update?.['cursor'])), bearer);
  expect((await second.updates.next()).value?.data?.['kycUpdates']).toMatchObject({
    customerId: 'e',
    status: 'UNRECOGNIZED',
  });
  await second.client.dispose();
  expect(await query('{ kycStatusCounts { status count } }', bearer)).toEqual({
    data: {
      kycStatusCounts: [
        { status: 'NOT_STARTED', count: 1 },
        { status: 'CREATED', count: 3 },
        { status: 'UNRECOGNIZED', count: 1 },
      ],
    },
  });
});

test('nobody sees another customer, whether it exists or not', async () => {
  await callback('c', 'CREATED');
  const other = await token({ sub: 'other' });
  for (const source of [
    '{ kyc(customerId: "c") { status } }',
    '{ kyc(customerId: "nobody") { status } }',
    '{ kycStatusCounts { count } }',
  ]) {
    expect(await query(source, other)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  }
  expect(await query('{ myKyc { status } }')).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  expect(await query('{ myKyc { status } }', 'no.such.token')).toMatchObject({
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('cursors of another customer are unknown, other text is no cursor', async () => {
  await callback('c', 'CREATED');
  await callback('d', 'CREATED');
  const bearer = await service();
  const answer = (await query('{ kycCustomers(first: 1) { edges { cursor } } }', bearer)) as {
    data: { kycCustomers: { edges: { cursor: string }[] } };
  };
  const history = (after: string) =>
    query(`{ kyc(customerId: "c") { history(after: "${after}") { nodes { revision } } } }`, bearer);
  expect(await history(answer.data.kycCustomers.edges[0]?.cursor ?? '')).toMatchObject({
    errors: [{ extensions: { code: 'CURSOR_UNKNOWN' } }],
  });
  expect(await history('17')).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('a socket is closed with 4403 for a bad token and when its token expires, and with 1012 at shutdown', async () => {
  const closeCode = async (bearer: string, act = () => {}) => {
    const client = createClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${bearer}` },
      onNonLazyError: () => {},
    });
    client.on('connected', act);
    return new Promise((resolve) => client.on('closed', (event) => resolve((event as CloseEvent).code)));
  };
  expect(await closeCode('bad')).toBe(4403);
  expect(await closeCode(await token({ sub: 'c' }, Math.floor(Date.now() / 1_000) + 1))).toBe(4403);
  expect(await closeCode(await service(), () => void gateway.stop())).toBe(1012);
});
