/** A second gateway on the same file in one process, as Next and watchers make it in development. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createKycGateway, type KycGateway, type KycGatewayOptions } from '../../src/index.ts';
import { CALLBACK_SECRET, JWT_SECRET, signedCallback } from '../support/server.ts';
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
afterEach(async () => {
  vi.unstubAllEnvs();
  await resources.disposeAsync();
});

async function made(): Promise<KycGateway> {
  const gateway = await createKycGateway(options);
  resources.defer(() => gateway.stop());
  await gateway.start();
  return gateway;
}

test('the second takes over, and nothing that was acknowledged is lost', async () => {
  let current = await made();
  const app = express().use('/callbacks', (request, response, next) => current.callbacks(request, response, next));
  const server = createServer(app);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  resources.defer(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`;
  const post = (id: string) =>
    fetch(url, { method: 'POST', headers: { connection: 'close' }, body: signedCallback(id, { status: 'CREATED' }) });

  const acknowledged: string[] = [];
  let isOver = false;
  const sending = (async () => {
    for (let index = 0; !isOver; index++) if ((await post(`c${index}`)).ok) acknowledged.push(`c${index}`);
  })();
  const first = current;
  for (let reload = 0; reload < 3; reload++) current = await made();
  const known = acknowledged.length;
  await expect.poll(() => acknowledged.length).toBeGreaterThan(known);
  isOver = true;
  await sending;
  const found = await current.kycMany(acknowledged.slice(-200));
  expect(found.filter((kyc) => kyc === null)).toEqual([]);
  await expect(first.kyc('c0')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

test('two that are made at once end with one that serves', async () => {
  const gateways = await Promise.all([createKycGateway(options), createKycGateway(options), createKycGateway(options)]);
  for (const gateway of gateways) resources.defer(() => gateway.stop());
  const last = gateways.at(-1) as KycGateway;
  await last.start();
  await last.record({ customerId: 'c', status: 'CREATED' }, { by: 'a test' });
  expect(await last.kyc('c')).toMatchObject({ status: 'CREATED' });
});

test('one whose options are wrong leaves the first alone', async () => {
  const first = await made();
  await expect(createKycGateway({ ...options, callbackAllowedIps: ['nowhere'] })).rejects.toThrow(/callbackAllowedIps/);
  expect(await first.kyc('c')).toBeNull();
});

test('in production the second is refused, and the first keeps serving', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  const first = await made();
  await expect(createKycGateway(options)).rejects.toThrow(/Another process serves the journal/);
  expect(await first.kyc('c')).toBeNull();
});
