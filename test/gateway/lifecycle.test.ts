/** A gateway can be started, drained and stopped in any order, and one that was not made holds nothing. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { PubSub } from 'graphql-subscriptions';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKycGateway, type KycGateway, type KycGatewayOptions } from '../../src/index.ts';
import { ask, CALLBACK_SECRET, JWT_SECRET, readerToken, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let resources: AsyncDisposableStack;
let options: KycGatewayOptions;
beforeEach(() => {
  resources = new AsyncDisposableStack();
  const folder = resources.use(temporaryFolder());
  options = {
    secrets: { current: CALLBACK_SECRET },
    databaseUrl: `sqlite:${folder.path}/kyc.db`,
    access: { key: { secret: JWT_SECRET } },
    log: pino({ level: 'silent' }),
  };
});
afterEach(async () => resources.disposeAsync());

/** Mounts a gateway in an application that is listening. */
async function mounted(gateway: KycGateway): Promise<string> {
  const app = express().use('/callbacks', gateway.callbacks).use('/graphql', gateway.graphql);
  const server = createServer(app);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Makes a gateway on the same journal: works only when nothing else holds it. */
async function expectReleased(): Promise<void> {
  const next = await createKycGateway(options);
  await next.start();
  await next.stop();
}

class DeafNotifier extends PubSub {
  override subscribe(): Promise<number> {
    return Promise.reject(new Error('the notifier is down'));
  }
}

describe('a gateway that cannot be made releases the journal', () => {
  test.each<[string, Partial<KycGatewayOptions>]>([
    ["a URL of XGateway's API that is none", { xgatewayApi: { key: 'k', url: 'nonsense' } }],
    ["a URL of XGateway's API without TLS", { xgatewayApi: { key: 'k', url: 'http://api.example' } }],
    ['an address that is none', { callbackAllowedIps: ['203.0.113.7', '203.0.113.300'] }],
    ['a secret that is too short', { access: { key: { secret: 'short' } } }],
    ['a key URL that is none', { access: { key: { jwksUrl: 'nonsense' } } }],
  ])('%s', async (_name, wrong) => {
    await expect(createKycGateway({ ...options, ...wrong })).rejects.toThrow();
    await expectReleased();
  });

  test('a list entry that is no address is named, with its option', async () => {
    await expect(createKycGateway({ ...options, callbackAllowedIps: ['10.0.0.0/8', '010.0.0.1'] })).rejects.toThrow(
      'callbackAllowedIps: "010.0.0.1"',
    );
  });
});

test('callbacks are accepted from a bare address', async () => {
  const gateway = await createKycGateway({ ...options, callbackAllowedIps: ['127.0.0.1', '::1'] });
  resources.defer(() => gateway.stop());
  await gateway.start();
  const url = await mounted(gateway);
  const response = await fetch(`${url}/callbacks`, {
    method: 'POST',
    body: signedCallback('c', { status: 'CREATED' }),
  });
  expect(response.status).toBe(200);
});

describe('stop', () => {
  test('before start, and twice at once', async () => {
    const gateway = await createKycGateway(options);
    await Promise.all([gateway.stop(), gateway.stop()]);
    await gateway.stop();
    await expect(gateway.start()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expectReleased();
  });

  test('while start runs, and beside drain', async () => {
    const gateway = await createKycGateway(options);
    const starting = gateway.start();
    await Promise.all([gateway.stop(), gateway.drain(), starting]);
    await gateway.drain();
    await expectReleased();
  });

  test('after start has failed', async () => {
    const gateway = await createKycGateway({ ...options, notifier: new DeafNotifier() });
    await gateway.start().catch(() => {});
    await gateway.stop();
    await expectReleased();
  });

  test('with a notifier that throws when it is unsubscribed', async () => {
    const notifier = new PubSub();
    notifier.unsubscribe = () => {
      throw new Error('gone');
    };
    const gateway = await createKycGateway({ ...options, notifier });
    await gateway.start();
    await gateway.stop();
    await expectReleased();
  });
});

describe('an application that keeps listening', () => {
  const QUERY = '{ kycStatusCounts { count } }';
  const graphql = async (url: string) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await readerToken()}` },
      body: JSON.stringify({ query: QUERY }),
    });

  test('gets queries answered while the gateway drains, and callbacks refused', async () => {
    const gateway = await createKycGateway(options);
    resources.defer(() => gateway.stop());
    await gateway.start();
    const url = await mounted(gateway);
    await gateway.drain();
    expect(await ask(url, QUERY, await readerToken())).toEqual({ data: { kycStatusCounts: [] } });
    const refused = await fetch(`${url}/callbacks`, { method: 'POST', body: signedCallback('c', { status: null }) });
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true]);
    await expect(gateway.checkReady()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  test('gets 503 once the gateway is stopped, over every transport, and never 500', async () => {
    const gateway = await createKycGateway(options);
    await gateway.start();
    const url = await mounted(gateway);
    const answered = graphql(url);
    await gateway.stop();
    expect([200, 503]).toContain((await answered).status);
    const refused = await graphql(url);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'SHUTTING_DOWN' } }] });
    await expect(gateway.context({ headers: {} })).rejects.toMatchObject({
      extensions: { code: 'SHUTTING_DOWN', http: { status: 503 } },
    });
  });

  test('gets every query answered that is under way when the gateway stops', async () => {
    const gateway = await createKycGateway(options);
    await gateway.start();
    const url = await mounted(gateway);
    await graphql(url);
    const answers = Array.from({ length: 20 }, () => graphql(url));
    await answers[0];
    const stopped = gateway.stop();
    for (const { status } of await Promise.all(answers)) expect([200, 503]).toContain(status);
    await stopped;
  });
});
