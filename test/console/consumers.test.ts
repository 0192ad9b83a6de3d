/** Named consumers on the console of an application that mounts the gateway, in a real Chromium. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consoleRouter } from '../../src/console/index.ts';
import { createKycGateway } from '../../src/index.ts';
import { expectAccessible, keepScreenshot } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import { openConsoleIn, visit } from '../support/console.ts';
import { adminToken, CALLBACK_SECRET, JWT_SECRET } from '../support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** An application with a gateway and the console. */
async function startApplication() {
  await using stack = new AsyncDisposableStack();
  const gateway = await createKycGateway({
    secrets: { current: CALLBACK_SECRET },
    databaseUrl: 'sqlite::memory:',
    access: { key: { secret: JWT_SECRET } },
    log: pino({ level: 'silent' }),
  });
  stack.defer(() => gateway.stop());
  await gateway.start();
  const app = express();
  app.use('/graphql', gateway.graphql);
  app.use('/console', consoleRouter());
  const server = createServer(app);
  gateway.attachWebSocket(server, '/graphql');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  stack.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const resources = stack.move();
  return { url, gateway, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

test('a consumer shows its lag and what it gave up; it is paused, resumed, skipped, reset and removed', async () => {
  await using application = await startApplication();
  const { gateway, url } = application;
  const handled: string[] = [];
  let isFailing = true;
  const consumer = await gateway.consume(
    'risk-engine',
    ({ customerId }) => {
      if (isFailing && customerId === 'ben') throw new Error('The risk engine answered 500 <b>');
      handled.push(customerId);
    },
    { from: 'earliest', attempts: 1, firstRetryMs: 1, maxRetryMs: 1 },
  );
  for (const customerId of ['ana', 'ben']) await gateway.record({ customerId, status: 'CREATED' }, { by: 'test' });
  await using opened = await openConsoleIn(browser, { url }, await adminToken());
  const { page, troubles } = opened;
  await page.getByRole('link', { name: 'Consumers' }).click();
  const row = page.locator('.consumer', { hasText: 'risk-engine' });
  await row.getByText('Running').waitFor();
  await row.getByText('1 dead letter').waitFor();
  await row.getByText('Up to date').waitFor();
  await row.getByText('Dead letters', { exact: true }).click();
  await row.getByText('The risk engine answered 500 <b> (1 attempt)').waitFor();
  await expectAccessible(page);
  await keepScreenshot(page, 'console-consumers');

  const dialog = page.locator('dialog');
  isFailing = false;
  await row.getByRole('button', { name: 'Replay' }).click();
  await dialog.getByText('marked as replayed').waitFor();
  await dialog.getByRole('button', { name: 'Replay' }).click();
  await expect.poll(() => handled).toEqual(['ana', 'ben']);
  await row.getByText('0 dead letters').waitFor();

  await row.getByRole('button', { name: 'Pause' }).click();
  await dialog.getByText('Updates wait; none is lost.').waitFor();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await row.getByText('Paused').waitFor();
  await gateway.record({ customerId: 'eve', status: 'CREATED' }, { by: 'test' });
  await row.getByText('1 entry and').waitFor();
  await row.getByRole('button', { name: 'Reset' }).click();
  await dialog.getByLabel('Continue from').fill('nowhere');
  await dialog.getByRole('button', { name: 'Reset' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Continue from').fill('now');
  await dialog.getByRole('button', { name: 'Reset' }).click();
  await row.getByText('Up to date').waitFor();
  await row.getByRole('button', { name: 'Resume' }).click();
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await row.getByText('Running').waitFor();

  await consumer.stop();
  await row.getByRole('button', { name: 'Remove' }).click();
  await dialog.getByRole('button', { name: 'Remove for good' }).click();
  await page.getByText('None. Named consumers belong to an application that mounts the gateway.').waitFor();
  expect(troubles).toEqual([]);
});

test('a consumer that failed is skipped, and its dead letters are discarded with a reason', async () => {
  await using application = await startApplication();
  const { gateway, url } = application;
  await gateway.consume(
    'ledger',
    () => {
      throw new Error('No.');
    },
    { from: 'earliest', attempts: 1_000, firstRetryMs: 60_000, maxRetryMs: 60_000 },
  );
  await gateway.record({ customerId: 'ana', status: 'CREATED' }, { by: 'test' });
  await using opened = await openConsoleIn(browser, { url }, await adminToken());
  const { page } = opened;
  await visit(page, '#/consumers');
  const row = page.locator('.consumer', { hasText: 'ledger' });
  const dialog = page.locator('dialog');
  await row.getByText('1 retry').waitFor();
  await row.getByRole('button', { name: 'Skip' }).click();
  await dialog.getByRole('button', { name: 'Skip' }).click();
  await page.getByText('Skipped an update of ana.').waitFor();
  await row.getByText('Dead letters', { exact: true }).click();
  await row.getByRole('button', { name: 'Discard' }).click();
  await dialog.getByLabel('Reason').fill('Not needed');
  await dialog.getByRole('button', { name: 'Discard for good' }).click();
  await row.getByText('0 dead letters').waitFor();
});
