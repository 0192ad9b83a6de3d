/** Updates with their history, filters in the address, and the search, in a real Chromium. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import { inStream, openConsoleIn, row, visit } from '../support/console.ts';
import { readerToken, startTestServer } from '../support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('updates recorded before the page was opened are there, newest first, to the oldest, with live ones on top', async () => {
  await using server = await startTestServer();
  for (let index = 0; index < 120; index++) await server.callback(`c${index}`, { status: 'CREATED' });
  await using opened = await openConsoleIn(browser, server, await readerToken());
  const { page, troubles } = opened;
  await visit(page, '#/updates');
  const ids = page.locator('.stream-row .id');
  await expect.poll(() => ids.first().textContent()).toBe('c119');
  await page.locator('.updates').hover();
  await page.mouse.wheel(0, 30_000);
  await expect.poll(() => ids.count()).toBe(100);
  await page.mouse.wheel(0, 30_000);
  await page.getByText('These are all.').waitFor();
  expect(await ids.allTextContents()).toEqual(Array.from({ length: 120 }, (_, index) => `c${119 - index}`));

  // While somebody reads the list it stays; what is new is offered, and comes by itself afterwards.
  await server.callback('held', { status: 'CREATED' });
  await page.getByRole('button', { name: '1 new update. Show' }).click();
  await inStream(page, 'held').waitFor();
  await page.mouse.move(0, 0);
  await server.callback('live', { status: 'CREATED' });
  await expect.poll(() => ids.first().textContent()).toBe('live');
  expect(troubles).toEqual([]);
});

test('filters combine, stand in the address, hold for the stream, and survive a reload and the way back', async () => {
  await using server = await startTestServer();
  await server.callback('shop-1', { status: 'FULL_USER' });
  await server.callback('shop-1', { status: 'HARD_KYC_FAILED' });
  await server.callback('shop-2', { status: 'HARD_KYC_FAILED' });
  await server.callback('other', { status: 'FULL_USER' });
  await server.callback('other', { status: 'HARD_KYC_FAILED' });
  await server.callback('shop-1', { status: 'FULL_USER' });
  await using opened = await openConsoleIn(browser, server, await readerToken());
  const { page, troubles } = opened;
  const ids = page.locator('.list .stream-row .id');
  const shown = () => ids.allTextContents();

  await page.getByRole('link', { name: 'Updates' }).click();
  await expect.poll(shown).toEqual(['shop-1', 'other', 'other', 'shop-2', 'shop-1', 'shop-1']);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expectAccessible(page);
  await page.getByLabel('Hard failed').check();
  await expect.poll(shown).toEqual(['other', 'shop-2', 'shop-1']);
  await page.getByLabel('Reversal').selectOption('Reversals only');
  await expect.poll(shown).toEqual(['other', 'shop-1']);
  await page.getByLabel('Customer ID begins with').fill('shop');
  await page.keyboard.press('Enter');
  await expect.poll(shown).toEqual(['shop-1']);
  expect(page.url()).toContain('#/updates?status=HARD_KYC_FAILED&reversal=yes&customer=shop');

  // The stream brings one that is selected, and one that is not.
  await server.callback('shop-9', { status: 'HARD_KYC_FAILED' });
  await server.callback('shop-1', { status: 'SOFT_KYC_FAILED' });
  await server.callback('shop-3', { status: 'FULL_USER' });
  await server.callback('shop-3', { status: 'HARD_KYC_FAILED' });
  await expect.poll(shown).toEqual(['shop-3', 'shop-1']);
  await page.reload();
  await expect.poll(shown).toEqual(['shop-3', 'shop-1']);

  await page.getByRole('button', { name: 'Remove the filter Status: Hard failed' }).click();
  await expect.poll(shown).toEqual(['shop-3', 'shop-1', 'shop-1']);
  await page.goBack();
  await expect.poll(shown).toEqual(['shop-3', 'shop-1']);
  await visit(page, '#/updates?doubt=yes');
  await expect.poll(shown).toEqual(['shop-1']);
  await visit(page, '#/updates?to=2001-01-01');
  await page.getByText('No updates match. The whole journal was searched.').waitFor();
  await visit(page, '#/updates?from=2001-01-01&to=2999-12-31&source=API,STAFF');
  await page.getByText('No updates match.').waitFor();
  await visit(page, '#/customers?customer=shop&verified=no&doubt=no');
  await expect.poll(() => page.locator('.row .id').allTextContents()).toEqual(['shop-3', 'shop-1', 'shop-9', 'shop-2']);
  await visit(page, '#/customers?reversal=yes&status=nonsense&from=never');
  await expect.poll(() => page.locator('.row .id').allTextContents()).toEqual(['shop-3', 'shop-1', 'other']);
  await expectAccessible(page);
  expect(troubles).toEqual([]);
});

test('reversals beside the customers are there from the beginning', async () => {
  await using server = await startTestServer();
  await server.callback('revoked', { status: 'FULL_USER' });
  await server.callback('revoked', { status: 'HARD_KYC_FAILED' });
  await using opened = await openConsoleIn(browser, server, await readerToken());
  const { page } = opened;
  await inStream(page, 'revoked').nth(1).waitFor();
  await page.getByRole('button', { name: 'Reversals' }).click();
  await expect.poll(() => inStream(page, 'revoked').count()).toBe(1);
  await inStream(page, 'revoked').getByText('Hard failed').waitFor();
});

test('the search offers IDs by their beginning; one that does not exist is named as such, with similar ones', async () => {
  await using server = await startTestServer();
  for (const id of ['customer-17', 'customer-18', 'Customer-19', 'x']) await server.callback(id, { status: 'CREATED' });
  await using opened = await openConsoleIn(browser, server, await readerToken());
  const { page, troubles } = opened;
  await row(page, 'customer-17').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('customer-1');
  const options = page.getByRole('option');
  await expect.poll(() => options.allTextContents()).toEqual(['customer-18', 'customer-17']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  const heading = page.locator('.timeline h2');
  await expect.poll(() => heading.textContent()).toBe('customer-17');

  const similar = page.locator('.not-found li .id');
  for (const [searched, offered] of [
    ['customer-1', ['customer-18', 'customer-17']],
    ['custmer-17', ['customer-17']],
    ['customer-71', ['customer-17']],
    ['customer-19', ['Customer-19', 'customer-18', 'customer-17']],
    ['cusstomer-18', ['customer-18']],
  ] as const) {
    await page.keyboard.press('/');
    await page.keyboard.type(searched);
    await page.keyboard.press('Enter');
    await page.getByText('No customer has this ID.').waitFor();
    await expect.poll(async () => (await similar.allTextContents()).sort()).toEqual([...offered].sort());
  }
  await page.keyboard.press('/');
  await page.keyboard.type('quite another');
  await page.keyboard.press('Enter');
  await page.getByText('No similar ID either.').waitFor();
  await expectAccessible(page);
  expect(troubles).toEqual([]);
});

test('j and k go through a list, Enter opens, Escape closes, and ? shows the keys', async () => {
  await using server = await startTestServer();
  for (const id of ['first', 'second', 'third']) await server.callback(id, { status: 'BRAND_NEW' });
  await using opened = await openConsoleIn(browser, server, await readerToken());
  const { page } = opened;
  const heading = page.locator('.timeline h2');
  for (const [place, rows] of [
    ['#/customers', '.row'],
    ['#/updates', '.stream-row'],
    ['#/attention', '.attention-item'],
  ] as const) {
    await visit(page, place);
    await page.locator(rows).nth(2).waitFor();
    const expected = await page.locator(`${rows} .id`).nth(1).textContent();
    for (const key of ['j', 'j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
    await expect.poll(() => heading.textContent()).toBe(expected);
    await page.keyboard.press('Escape');
    await expect.poll(() => heading.count()).toBe(0);
  }
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'detached' });
});
