import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/journal/open.ts';
import { expectAccessible, keepScreenshot } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import { countOf, inStream, openConsoleIn, row } from '../support/console.ts';
import {
  adminToken,
  CALLBACK_SECRET,
  readerToken,
  startTestServer,
  type TestServer,
  token,
} from '../support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const openConsole = (server: TestServer, bearer: string, options: BrowserContextOptions = {}) =>
  openConsoleIn(browser, server, bearer, options);

test('a whole KYC journey is seen as it happens, across a restart, up to a reversal', async () => {
  await using server = await startTestServer();
  await using opened = await openConsole(server, await readerToken());
  const { page, troubles } = opened;
  expect(page.url()).toBe(`${server.url}/console#/customers`);
  await page.getByText('No callbacks received yet.').waitFor();

  await server.callback('ana', { status: null });
  await row(page, 'ana').getByText('Not started').waitFor();
  await server.callback('bruno', { status: 'PENDING_KYC_DATA', docsMissing: ['PASSPORT', 'SELFIE'] });
  await row(page, 'bruno').getByText('passport, selfie').waitFor();
  await server.callback('ana', { status: 'KYC_PENDING' });
  await row(page, 'ana').getByText('In review').waitFor();
  expect(await page.locator('.row .id').allTextContents()).toEqual(['ana', 'bruno']);
  await expect.poll(() => countOf(page, 'In review').textContent()).toBe('1');
  await expect.poll(() => countOf(page, 'All').textContent()).toBe('2');
  await expectAccessible(page);

  // By keyboard: to the search, to the customer, and away again.
  await page.keyboard.press('/');
  await page.keyboard.type('ana');
  await page.keyboard.press('Enter');
  await page.locator('.timeline').getByRole('heading', { name: 'ana' }).waitFor();
  await expect.poll(() => page.locator('.entry').count()).toBe(2);
  await server.callback('ana', {
    status: 'SOFT_KYC_FAILED',
    docsMissing: [{ docType: 'SELFIE' }],
    kycRejectLabel: 'BAD_SELFIE, <b>BAD</b>',
    kycEndUserErrorMessage: '<img src=x onerror=document.title=1>',
  });
  const newest = page.locator('.entry').first();
  await newest.getByText('Soft failed').waitFor();
  expect(await newest.locator('ins').allTextContents()).toEqual([
    'SELFIE',
    'BAD_SELFIE',
    '<b>BAD</b>',
    '<img src=x onerror=document.title=1>',
  ]);
  expect(await page.title()).toMatch(/ana · KYC console$/);

  // The server restarts; what comes before the page is back is caught up with, once.
  const isTold = page.getByText('Disconnected.').waitFor();
  await server.restart();
  await server.callback('ana', { status: 'FULL_USER' });
  await isTold;
  await newest.getByText('Full user').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  expect(await page.locator('.entry').count()).toBe(4);
  expect(await newest.locator('del').count()).toBe(4);

  await server.callback('ana', { status: 'HARD_KYC_FAILED', kycRejectLabel: 'FORGERY' });
  await page.getByText('This customer was approved and no longer is.').waitFor();
  await row(page, 'ana').getByText('Reversal').waitFor();
  await expectAccessible(page);
  await server.callback('ana', { status: 'FULL_USER' });
  await page.getByText('with exactly the content of revision 4').waitFor();
  await keepScreenshot(page, 'console-timeline');
  await expectAccessible(page);

  await page.keyboard.press('Escape');
  await inStream(page, 'ana').first().waitFor();
  expect(await inStream(page, 'ana').count()).toBe(6);
  expect(await inStream(page, 'ana').getByText('Reversal').count()).toBe(1);
  await page.getByRole('button', { name: 'Reversals' }).click();
  await expect.poll(() => page.locator('.stream-row').count()).toBe(1);
  expect(troubles).toEqual([]);
});

test('an expired token ends the view and says so, and a fresh one continues where it stopped', async () => {
  await using server = await startTestServer();
  const short = await token({ sub: 'support', scope: 'kyc:read' }, Math.floor(Date.now() / 1_000) + 3);
  await using opened = await openConsole(server, short);
  const { page } = opened;
  await server.callback('before', { status: 'CREATED' });
  await inStream(page, 'before').waitFor();
  await page.getByText('Your token has expired.').waitFor();
  await expectAccessible(page);
  expect(await page.evaluate('sessionStorage.length')).toBe(0);
  await server.callback('meanwhile', { status: 'CREATED' });
  await page.getByLabel('Token').fill(await readerToken());
  await page.keyboard.press('Enter');
  await inStream(page, 'meanwhile').waitFor();
  expect(await page.locator('.stream-row .id').allTextContents()).toEqual(['meanwhile', 'before']);

  // A reload keeps the token of this tab; signing out forgets it.
  await page.reload();
  await row(page, 'before').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Token').waitFor();
  await page.reload();
  await page.getByLabel('Token').waitFor();
});

test('a token that cannot read all customers, and one that is not valid, are refused with the reason', async () => {
  await using server = await startTestServer();
  const context = await browser.newContext();
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  await page.goto(`${server.url}/console`);
  await page.getByLabel('Token').fill(await token({ sub: 'ana' }));
  await page.keyboard.press('Enter');
  await page.getByText('It needs the scope kyc:read.').waitFor();
  await page.getByLabel('Token').fill('no token');
  await page.keyboard.press('Enter');
  await page.getByText('The server rejected this token.').waitFor();
  await context.close();
});

test('the list is filtered by status, grows by pages, and the stream pauses', async () => {
  await using server = await startTestServer();
  for (let index = 0; index < 120; index++) {
    await server.callback(`c${index}`, { status: index % 2 === 0 ? 'KYC_PENDING' : 'CREATED' });
  }
  await using opened = await openConsole(server, await readerToken());
  const { page } = opened;
  await row(page, 'c119').waitFor();
  expect(await page.locator('.row').count()).toBe(50);
  await page.locator('.customers').hover();
  await page.mouse.wheel(0, 20_000);
  await expect.poll(() => page.locator('.row').count()).toBe(100);
  await page.mouse.wheel(0, 20_000);
  await expect.poll(() => page.locator('.row').count()).toBe(120);
  expect(new Set(await page.locator('.row .id').allTextContents()).size).toBe(120);

  // While somebody is looking at the list its order stays; the change is offered.
  await server.callback('late', { status: 'KYC_PENDING' });
  await page.getByRole('button', { name: '1 new change. Show' }).click();
  await row(page, 'late').waitFor();
  await page.mouse.move(0, 0);

  await page.getByRole('button', { name: 'In review' }).click();
  await expect.poll(() => page.locator('.row').filter({ hasNotText: 'In review' }).count()).toBe(0);
  expect(page.url()).toContain('#/customers?status=KYC_PENDING');
  await server.callback('c118', { status: 'FULL_USER' });
  await expect.poll(() => row(page, 'c118').count()).toBe(0);
  await server.callback('c117', { status: 'KYC_PENDING' });
  await row(page, 'c117').waitFor();

  await page.getByRole('button', { name: 'Pause' }).click();
  await server.callback('while-paused', { status: 'KYC_PENDING' });
  await page.getByRole('button', { name: 'Resume (1 new)' }).waitFor();
  expect(await inStream(page, 'while-paused').count()).toBe(0);
  await page.getByRole('button', { name: 'Resume' }).click();
  await inStream(page, 'while-paused').waitFor();
});

test('in development a signed callback is sent from the page, on a phone and in the dark', async () => {
  await using server = await startTestServer();
  await using opened = await openConsole(server, await readerToken(), {
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
    hasTouch: true,
  });
  const { page } = opened;
  await page.getByRole('button', { name: 'Send a callback' }).tap();
  await page.getByLabel('Customer ID', { exact: true }).fill('from-the-page');
  await page.getByRole('combobox', { name: 'Status' }).selectOption('SOFT_KYC_FAILED');
  await page.getByLabel('PASSPORT').check();
  await page.getByLabel('Reject labels').fill('BAD_PASSPORT');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Send', exact: true }).tap();
  await page.getByText('"outcome":"applied","revision":1').waitFor();
  await page.locator('dialog').getByRole('button', { name: 'Close' }).tap();
  await row(page, 'from-the-page').getByText('bad passport').waitFor();
  await expectAccessible(page);
  await keepScreenshot(page, 'console-phone-dark');
  await row(page, 'from-the-page').tap();
  await page.locator('.entry').getByText('Soft failed').waitFor();
  expect(await page.locator('.customers').isVisible()).toBe(false);
  await expectAccessible(page);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});

test('the page reads everything again when the journal was replaced', async () => {
  await using server = await startTestServer();
  await using opened = await openConsole(server, await readerToken());
  const { page } = opened;
  await server.callback('old', { status: 'CREATED' });
  await row(page, 'old').waitFor();
  await server.restart(async () => {
    const { path } = parseDatabaseUrl(server.settings.databaseUrl) as { path: string };
    for (const file of globSync(`${path}*`)) await rm(file);
  });
  await server.callback('new', { status: 'CREATED' });
  await row(page, 'new').waitFor();
  expect(await row(page, 'old').count()).toBe(0);
  await server.callback('newer', { status: 'CREATED' });
  await inStream(page, 'newer').waitFor();
});

test('where WebSockets do not pass, the console follows by server-sent events', async () => {
  await using server = await startTestServer();
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  await page.routeWebSocket(/./, (socket) => socket.close());
  await page.goto(`${server.url}/console#token=${await readerToken()}`);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Updates' }).click();
  await server.callback('by-sse', { status: 'CREATED' });
  await inStream(page, 'by-sse').waitFor();
  await server.restart();
  await server.callback('after-restart', { status: 'CREATED' });
  await inStream(page, 'after-restart').waitFor();
  expect(await page.locator('.stream-row .id').allTextContents()).toEqual(['after-restart', 'by-sse']);
  await context.close();
});

test('while the server is unreachable the page says so, retries, and names what it missed', async () => {
  await using server = await startTestServer();
  await using opened = await openConsole(server, await readerToken());
  const { page } = opened;
  await server.callback('before', { status: 'CREATED' });
  await server.restart(async () => {
    await page.getByText('Disconnected. Cannot reach the server.').waitFor();
    expect(await row(page, 'before').isVisible()).toBe(true);
    await expectAccessible(page);
  });
  await server.callback('while-away', { status: 'CREATED' });
  await page.getByText('Caught up. 1 update arrived in the meantime.').waitFor();
  await row(page, 'while-away').waitFor();
});

test('dead letters are replayed once the secret is right, and a doubt is lifted by a person who has checked', async () => {
  const secrets = { current: 'the secret as it was mistyped' };
  await using server = await startTestServer({ secrets });
  expect((await server.callback('lost', { status: 'FULL_USER' })).status).toBe(401);
  secrets.current = CALLBACK_SECRET;
  await server.restart();
  expect((await server.callback('odd', { status: 7 })).status).toBe(202);
  for (const status of ['FULL_USER', 'HARD_KYC_FAILED', 'FULL_USER']) await server.callback('back', { status });

  await using opened = await openConsole(server, await adminToken());
  const { page } = opened;
  await page.getByRole('link', { name: 'Dead letters' }).click();
  const deadLetter = (customerId: string) => page.locator('.dead-letter', { hasText: customerId });
  await deadLetter('odd').getByText('Genuine, but not understood').waitFor();
  expect(await deadLetter('odd').locator('.problems').textContent()).toContain('status');
  await deadLetter('odd').getByText('As sent').click();
  await expectAccessible(page);
  expect(await deadLetter('odd').locator('pre').textContent()).not.toContain('hash');
  const dialog = page.locator('dialog');
  await deadLetter('lost').getByRole('button', { name: 'Replay' }).click();
  await dialog.getByText('is recorded with the time at which it was received').waitFor();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Replay' }).click();
  await deadLetter('lost').getByText('Recorded.').waitFor();
  await deadLetter('odd').getByRole('button', { name: 'Replay' }).click();
  await dialog.getByRole('button', { name: 'Replay' }).click();
  await deadLetter('odd').getByText('Still cannot be recorded.').waitFor();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect.poll(() => deadLetter('lost').count()).toBe(0);
  await keepScreenshot(page, 'console-dead-letters');

  await page.getByRole('link', { name: 'Customers', exact: true }).click();
  await row(page, 'lost').getByText('Full user').waitFor();
  await row(page, 'back').click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await page.locator('.entry').first().getByText('A person who checked').waitFor();
  await page.locator('.verdict').getByText('Confirmed.').waitFor();
  expect(await page.locator('.summary').getByText('Not verified').count()).toBe(0);
  await page.getByRole('button', { name: 'Check with XGateway' }).click();
  await dialog.getByRole('button', { name: 'Check' }).click();
  await dialog.getByText('XGATEWAY_API_KEY').waitFor();
  await expectAccessible(page);
});

test('under a path prefix the console reads, follows and finds its files', async () => {
  await using server = await startTestServer({ basePath: '/shop/kyc' });
  await using opened = await openConsole(server, await readerToken());
  const { page, troubles } = opened;
  expect(page.url()).toBe(`${server.url}/console#/customers`);
  await server.callback('ana', { status: 'KYC_PENDING' });
  await row(page, 'ana').getByText('In review').waitFor();
  expect(troubles).toEqual([]);
});
