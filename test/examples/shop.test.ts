import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Shop, startShop } from '../../examples/shop/server.ts';
import { expectAccessible, keepScreenshot } from '../support/browser.ts';
import { buildForProduction } from '../support/build-pages.ts';
import { launchBrowser } from '../support/chromium.ts';
import { CALLBACK_SECRET, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const page = join(folder.path, 'page');
let browser: Browser;

beforeAll(async () => {
  await buildForProduction({
    configFile: 'examples/shop/vite.config.ts',
    // As in the package, but of the sources as they are now.
    resolve: { alias: { 'xgateway-kyc/react': join(import.meta.dirname, '..', '..', 'src', 'client', 'react.ts') } },
    build: { outDir: page },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  folder[Symbol.dispose]();
});

const open = (port = 0): Promise<Shop> =>
  startShop({
    port,
    databaseUrl: `sqlite:${folder.path}/kyc.db`,
    callbackSecret: CALLBACK_SECRET,
    tokenSeconds: 3,
    page,
  });
const identity = (shown: Page) => shown.getByRole('region', { name: 'Identity' });
const heading = (shown: Page, text: string) => identity(shown).getByRole('heading', { name: text }).waitFor();

test('a customer of a shop sees their own KYC live, from the first callback to a reversal', async () => {
  let shop = await open();
  const callback = async (customer: string, said: object) => {
    const response = await fetch(`${shop.url}/callbacks/kyc`, { method: 'POST', body: signedCallback(customer, said) });
    expect(response.status).toBe(200);
  };
  const context = await browser.newContext({ viewport: { width: 900, height: 860 } });
  context.setDefaultTimeout(10_000);
  const shown = await context.newPage();
  let tokens = 0;
  shown.on('request', (request) => {
    if (request.url().endsWith('/api/kyc-token')) tokens++;
  });
  await shown.goto(shop.url);
  await expectAccessible(shown);
  await shown.getByRole('button', { name: 'ana' }).click();
  const pay = shown.getByRole('button', { name: 'Pay by bank transfer' });

  await heading(shown, 'Confirm who you are');
  expect(await pay.isDisabled()).toBe(true);
  await callback('bruno', { status: 'FULL_USER' });
  await callback('ana', { status: 'PENDING_KYC_DATA', docsMissing: ['PASSPORT', { docType: 'SELFIE' }] });
  await heading(shown, 'A little more, please');
  expect(await identity(shown).getByRole('listitem').allTextContents()).toEqual([
    'your passport',
    'a photo of your face',
  ]);
  await expectAccessible(shown);

  await callback('ana', { status: 'KYC_PENDING' });
  await heading(shown, 'We are checking your details');
  // Longer than a token is valid: the page goes on with the next one.
  await expect.poll(() => tokens, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  await callback('ana', {
    status: 'SOFT_KYC_FAILED',
    kycEndUserErrorMessage: '<b>Too dark</b>',
    docsMissing: ['SELFIE'],
  });
  await heading(shown, 'Something was not right');
  await identity(shown).getByText('<b>Too dark</b>').waitFor();
  await keepScreenshot(shown, 'shop-correct');

  const isTold = identity(shown).getByText('The connection is interrupted.').waitFor();
  await shop.stop();
  await isTold;
  await expectAccessible(shown);
  shop = await open(Number(new URL(shop.url).port));
  await callback('ana', { status: 'FULL_USER' });
  await heading(shown, 'You are verified');
  expect(await pay.isEnabled()).toBe(true);
  await pay.click();
  await shown.getByText('Paid. Thank you!').waitFor();
  await expectAccessible(shown);
  await keepScreenshot(shown, 'shop-verified');

  await callback('ana', { status: 'HARD_KYC_FAILED' });
  await heading(shown, 'Bank transfer is not available to you');
  expect(await pay.isDisabled()).toBe(true);
  // The same approval again may be a late repetition: the shop waits for its confirmation.
  await callback('ana', { status: 'FULL_USER' });
  await heading(shown, 'Almost there');
  expect(await pay.isDisabled()).toBe(true);

  await shown.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(shown);
  await shown.getByRole('button', { name: 'In review' }).click();
  await heading(shown, 'We are checking your details');
  await context.close();
  await shop.stop();
});

test('the server takes a payment from verified customers alone, whatever the page says', async () => {
  await using stack = new AsyncDisposableStack();
  const shop = await open();
  stack.defer(() => shop.stop());
  const pay = async (customer?: string) => {
    const response = await fetch(`${shop.url}/api/pay`, {
      method: 'POST',
      headers: customer === undefined ? {} : { cookie: `customer=${customer}` },
    });
    return [response.status, response.status === 401 ? null : await response.json()];
  };
  const callback = (customer: string, said: object) =>
    fetch(`${shop.url}/callbacks/kyc`, { method: 'POST', body: signedCallback(customer, said) });
  const refused = (nextAction: string) => [403, { error: 'Bank transfer is for verified customers.', nextAction }];
  expect(await pay()).toEqual([401, null]);
  expect(await pay('dora')).toEqual(refused('START'));
  await callback('dora', { status: 'KYC_PENDING' });
  expect(await pay('dora')).toEqual(refused('WAIT'));
  await callback('dora', { status: 'FULL_USER' });
  expect(await pay('dora')).toEqual([201, { paid: '46.50' }]);
  expect(await pay('emil')).toEqual(refused('START'));
  await callback('dora', { status: 'SOFT_KYC_FAILED' });
  expect(await pay('dora')).toEqual(refused('CORRECT_DATA'));
  // In doubt: a late repetition of the approval is not an approval.
  await callback('dora', { status: 'FULL_USER' });
  expect(await pay('dora')).toEqual(refused('NONE'));
});
