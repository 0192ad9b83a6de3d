import { expect, test } from 'vitest';
import { startWorker, type Worker } from '../../examples/worker/server.ts';
import { adminToken, ask, CALLBACK_SECRET, JWT_SECRET, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a worker opens and closes payouts, and goes on after a restart without doing anything twice', async () => {
  using folder = temporaryFolder();
  const open = () =>
    startWorker({
      port: 0,
      databaseUrl: `sqlite:${folder.path}/kyc.db`,
      payoutsPath: `${folder.path}/payouts.db`,
      callbackSecret: CALLBACK_SECRET,
      tokenSecret: JWT_SECRET,
    });
  const callback = async ({ url }: Worker, customer: string, status: string) => {
    const response = await fetch(`${url}/callbacks/kyc`, {
      method: 'POST',
      body: signedCallback(customer, { status }),
    });
    expect(response.status).toBe(200);
  };
  let worker = await open();
  await callback(worker, 'ana', 'KYC_PENDING');
  await callback(worker, 'ana', 'FULL_USER');
  await expect.poll(() => worker.payouts.of('ana')).toEqual({ isOpen: true, changes: 2 });
  await worker.stop();

  worker = await open();
  await callback(worker, 'ana', 'SOFT_KYC_FAILED');
  await expect.poll(() => worker.payouts.of('ana')).toEqual({ isOpen: false, changes: 3 });
  const { data } = await ask(worker.url, '{ kycConsumers { name state lagEntries } }', await adminToken());
  expect(data.kycConsumers).toMatchObject([{ name: 'payouts', state: 'RUNNING' }]);
  await worker.stop();
});
