/** Decisions of staff, each in a dialog that says what it does, in a real Chromium. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, keepScreenshot } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import { openConsoleIn, visit } from '../support/console.ts';
import { adminToken, readerToken, startTestServer } from '../support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('a confirmation shows what is confirmed, and the timeline who confirmed it, why and with which evidence', async () => {
  await using server = await startTestServer();
  for (const status of ['FULL_USER', 'HARD_KYC_FAILED']) await server.callback('ana', { status });
  await server.callback('ana', { status: 'FULL_USER', kycEndUserErrorMessage: 'Welcome back' });
  await using opened = await openConsoleIn(browser, server, await adminToken());
  const { page, troubles } = opened;
  await visit(page, '#/customers/ana');
  const dialog = page.locator('dialog');
  await page.getByRole('button', { name: 'Confirm' }).click();
  for (const text of ['Confirm this approval', 'Revision 3', 'Hard failed', 'Welcome back', 'Not verified'])
    await dialog.getByText(text).first().waitFor();
  await dialog.getByText('It is recorded under your name: compliance').waitFor();
  await expectAccessible(page);
  await keepScreenshot(page, 'console-confirm');

  // What is shown has changed: it can't be confirmed.
  await server.callback('ana', { status: 'FULL_USER', kycEndUserErrorMessage: 'Something else' });
  await dialog.getByText('Revision 4 was recorded in the meantime.').waitFor();
  expect(await dialog.getByRole('button', { name: 'Confirm' }).isDisabled()).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await dialog.getByLabel('Reason').fill('Seen in the back office <b>');
  await dialog.getByLabel('Link to evidence').fill('javascript:alert(1)');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  expect(await dialog.isVisible()).toBe(true);
  await dialog.getByLabel('Link to evidence').fill('https://crm.example/cases/7');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await page.locator('.verdict').getByText('Confirmed.').waitFor();

  const newest = page.locator('.entry').first();
  await newest.getByText('Confirmed by compliance').waitFor();
  await newest.getByText('Seen in the back office <b>').waitFor();
  expect(await newest.getByRole('link', { name: 'Evidence' }).getAttribute('href')).toBe('https://crm.example/cases/7');
  expect(await newest.textContent()).not.toContain('API');
  expect(await page.locator('.summary').textContent()).toMatch(/Confirmed by(?!.*API)compliance/);
  expect(troubles).toEqual([]);
});

test('a correction needs a reason, and an erasure the customer’s ID; both show what they do first', async () => {
  await using server = await startTestServer();
  await server.callback('ben', { status: 'KYC_PENDING' });
  await using opened = await openConsoleIn(browser, server, await adminToken());
  const { page, troubles } = opened;
  await visit(page, '#/customers/ben');
  const dialog = page.locator('dialog');
  await page.getByRole('button', { name: 'Correct' }).click();
  await dialog.getByText('any other status takes an approval away').waitFor();
  await dialog.getByLabel('Status in XGateway’s back office').selectOption('FULL_USER');
  await dialog.getByRole('button', { name: 'Correct' }).click();
  expect(await dialog.isVisible()).toBe(true);
  await dialog.getByLabel('Reason').fill('Approved by phone');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Correct' }).click();
  await page.locator('.verdict').getByText('Corrected.').waitFor();
  await page.locator('.entry').first().getByText('Approved by phone').waitFor();

  await page.getByRole('button', { name: 'Erase' }).click();
  await dialog.getByText('The content of 2 updates').waitFor();
  await dialog.getByLabel('Type the customer’s ID').fill('bem');
  await dialog.getByRole('button', { name: 'Erase for good' }).click();
  await dialog.getByText('This is not the customer’s ID.').waitFor();
  await dialog.getByLabel('Type the customer’s ID').fill('ben');
  await dialog.getByRole('button', { name: 'Erase for good' }).click();
  await page.getByText('No customer has this ID.').waitFor();
  await expect.poll(() => page.locator('.row').count()).toBe(0);
  expect(troubles).toEqual([]);
});

test('dead letters are discarded with a reason', async () => {
  await using server = await startTestServer();
  for (const id of ['one', 'two', 'three']) await server.callback(id, { status: 7 });
  await using opened = await openConsoleIn(browser, server, await adminToken());
  const { page } = opened;
  await visit(page, '#/dead-letters');
  const dialog = page.locator('dialog');
  await page.getByRole('button', { name: 'Discard the dead letter about one' }).click();
  await dialog.getByText('This cannot be undone.').waitFor();
  await dialog.getByLabel('Reason').fill('A test');
  await dialog.getByRole('button', { name: 'Discard for good' }).click();
  await page.locator('.dead-letter', { hasText: 'one' }).getByText('Discarded.').waitFor();
  await page.getByRole('button', { name: 'Discard these 2' }).click();
  await dialog.getByLabel('Reason').fill('A test');
  await dialog.getByRole('button', { name: 'Discard for good' }).click();
  await page.getByText('Discarded 2.').waitFor();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText('None. Every callback was recorded.').waitFor();
  await expectAccessible(page);
});

test('a token that may only read sees no decision and no unknown fields', async () => {
  await using server = await startTestServer({ customerUrlTemplate: 'https://crm.example/{customerId}' });
  await server.callback('a/b c', { status: 'FULL_USER', riskScore: 12 });
  await using reader = await openConsoleIn(browser, server, await readerToken());
  await visit(reader.page, '#/customers/a%2Fb%20c');
  await reader.page.locator('.entry').getByText('Full user').waitFor();
  for (const name of ['Check with XGateway', 'Correct', 'Erase'])
    expect(await reader.page.getByRole('button', { name }).count()).toBe(0);
  expect(await reader.page.getByText('Details').count()).toBe(0);
  const link = reader.page.getByRole('link', { name: 'Open the customer’s page' });
  expect(await link.getAttribute('href')).toBe('https://crm.example/a%2Fb%20c');

  await using admin = await openConsoleIn(browser, server, await adminToken(), {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await visit(admin.page, '#/customers/a%2Fb%20c');
  await admin.page.getByText('Details').click();
  await admin.page.getByText('"riskScore": 12').waitFor();
  await admin.page.getByRole('button', { name: 'Copy ID' }).click();
  await admin.page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await admin.page.evaluate('navigator.clipboard.readText()')).toBe('a/b c');
  await admin.page.getByRole('button', { name: 'Copy link' }).click();
  await expect
    .poll(() => admin.page.evaluate('navigator.clipboard.readText()'))
    .toBe(`${server.url}/console#/customers/a%2Fb%20c`);
  expect(admin.troubles).toEqual([]);
});
