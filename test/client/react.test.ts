import type { Browser, Page } from 'playwright-core';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { KycProvider, useKycStatus } from '../../src/client/react.ts';
import { bundlePage } from '../support/bundle.ts';
import { launchBrowser } from '../support/chromium.ts';
import { readerToken, startTestServer, type TestServer, token } from '../support/server.ts';
import type { TestPage } from './react-page.ts';

let browser: Browser;
let script: string;
let server: TestServer;
let page: Page;
let bearer: string;
let sockets: number;
let troubles: string[];

beforeAll(async () => {
  browser = await launchBrowser();
  script = (await bundlePage('test/client/react-page.ts')).code;
}, 120_000);
afterAll(() => browser.close());

beforeEach(async () => {
  server = await startTestServer();
  bearer = await readerToken();
  page = await browser.newPage();
  sockets = 0;
  troubles = [];
  page.on('websocket', () => sockets++);
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/ERR_CONNECTION|WebSocket|503/.test(message.text()))
      troubles.push(message.text());
  });
  // Some page of the server's own: to a browser, one that a test makes up is from nowhere, and may not reach loopback.
  await page.goto(`${server.url}/health/live`);
  await page.addScriptTag({ content: script });
});
afterEach(async () => {
  await page.close();
  await server[Symbol.asyncDispose]();
  expect(troubles).toEqual([]);
});

const show = (customers: (string | null)[], alone = false) =>
  page.evaluate(
    ([shown, token, each]) => {
      const { page: test } = globalThis as unknown as { page: TestPage };
      test.show(shown, { url: '/graphql', token: () => Promise.resolve(token), retryDelay: () => 50 }, each);
    },
    [customers, bearer, alone] as const,
  );
const lines = () => page.locator('li').allTextContents();
const says = (status: string) => ({ status, kycRejectLabel: null });

test('shows the status now and each change; all who show a customer share one connection, also in strict mode', async () => {
  await server.callback('ana', says('KYC_PENDING'));
  await show(['ana', 'ana', 'bruno']);
  await expect.poll(lines).toEqual(['ana: KYC_PENDING 1, live', 'ana: KYC_PENDING 1, live', 'bruno: unknown 0, live']);
  await server.callback('ana', says('FULL_USER'));
  await server.callback('bruno', says('CREATED'));
  await expect.poll(lines).toEqual(['ana: FULL_USER 2, live', 'ana: FULL_USER 2, live', 'bruno: CREATED 1, live']);
  // Rendered anew with equal options: nobody connects again.
  await show(['ana', 'ana', 'bruno']);
  await server.callback('ana', says('SOFT_KYC_FAILED'));
  await expect
    .poll(lines)
    .toEqual(['ana: SOFT_KYC_FAILED 3, live', 'ana: SOFT_KYC_FAILED 3, live', 'bruno: CREATED 1, live']);
  expect(sockets).toBe(2);
});

test('switching to another customer never shows the previous one; unmounting disconnects', async () => {
  await server.callback('ana', says('FULL_USER'));
  await server.callback('bruno', says('HARD_KYC_FAILED'));
  await show(['ana']);
  await expect.poll(lines).toEqual(['ana: FULL_USER 1, live']);
  await show(['bruno']);
  await expect.poll(lines).toEqual(['bruno: HARD_KYC_FAILED 1, live']);
  await show([]);
  await expect.poll(() => server.metric('xgateway_kyc_subscriptions{transport="websocket"}')).toBe(0);
  await show(['ana']);
  await expect.poll(lines).toEqual(['ana: FULL_USER 1, live']);
  const rendered = await page.evaluate(() => (globalThis as unknown as { page: TestPage }).page.rendered);
  expect(rendered.filter(([asked, shown]) => shown !== undefined && shown !== asked)).toEqual([]);
});

test('the last status stays while the gateway is unreachable, and missed updates follow', async () => {
  await server.callback('ana', says('KYC_PENDING'));
  await show(['ana'], true);
  await expect.poll(lines).toEqual(['ana: KYC_PENDING 1, live']);
  await server.restart(() => page.getByText('ana: KYC_PENDING 1, retrying').waitFor());
  await server.callback('ana', says('FULL_USER'));
  await expect.poll(lines).toEqual(['ana: FULL_USER 2, live']);
});

test("without a customer it is the token's own, and without a way to the gateway it says what is missing", async () => {
  const own = () => useKycStatus().connection.name;
  expect(() => renderToString(createElement(own))).toThrow('KycProvider');
  const options = { url: 'http://127.0.0.1:1/graphql', token: '' };
  expect(renderToString(createElement(KycProvider, options, createElement(own)))).toBe('connecting');
});

test('staff pages show the latest updates and a current list; a customer sees what to do next', async () => {
  await server.callback('ana', says('KYC_NEEDED'));
  await server.callback('bruno', says('FULL_USER'));
  await page.evaluate((token) => {
    const { page: test } = globalThis as unknown as { page: TestPage };
    const options = { url: '/graphql', token: () => Promise.resolve(token), retryDelay: () => 50 };
    test.showStaff(options, { limit: 2 }, { filter: { statuses: ['FULL_USER', 'KYC_PENDING'] }, first: 2 });
  }, bearer);
  await expect.poll(lines).toEqual(['updates: ; live', 'customers: bruno FULL_USER; more false; live']);
  await page.getByRole('heading', { name: 'Verify your identity' }).waitFor();
  await page.getByRole('button', { name: 'Start' }).waitFor();

  await server.callback('ana', { status: 'PENDING_KYC_DATA', docsMissing: ['SELFIE', 'A_NEW_ONE'] });
  await page.getByRole('status').getByText('We still need:').waitFor();
  expect(await page.getByRole('status').getByRole('listitem').allTextContents()).toEqual([
    'a photo of your face',
    'another document',
  ]);
  await server.callback('ana', says('KYC_PENDING'));
  await server.callback('carla', says('FULL_USER'));
  const shown = () => page.locator('body > li').allTextContents();
  await expect
    .poll(shown)
    .toEqual(['updates: carla 1, ana 3; live', 'customers: carla FULL_USER, ana KYC_PENDING; more true; live']);

  // What changes while the page is disconnected is not missed.
  await server.restart();
  await server.callback('bruno', says('KYC_PENDING'));
  await expect
    .poll(shown, { timeout: 20_000 })
    .toEqual(['updates: bruno 2, carla 1; live', 'customers: bruno KYC_PENDING, carla FULL_USER; more true; live']);
});

test('a token that may not read the list closes the view, and nothing is retried', async () => {
  await page.evaluate(
    (token) => {
      const { page: test } = globalThis as unknown as { page: TestPage };
      test.showStaff({ url: '/graphql', token }, {}, {});
    },
    await token({ sub: 'ana' }),
  );
  await expect.poll(lines).toEqual(['updates: ; closed', 'customers: unknown; more undefined; closed']);
});
