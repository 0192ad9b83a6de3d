/** What needs attention, first, in a real Chromium. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, keepScreenshot } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import { openConsoleIn, visit } from '../support/console.ts';
import { adminToken, startTestServer, token } from '../support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('what waits for a person is shown first, with its number in the title, until it is dealt with', async () => {
  await using server = await startTestServer();
  for (const status of ['FULL_USER', 'HARD_KYC_FAILED']) await server.callback('gone', { status });
  for (const status of ['FULL_USER', 'HARD_KYC_FAILED', 'FULL_USER']) await server.callback('doubtful', { status });
  await server.callback('odd', { status: 'BRAND_NEW' });
  await server.callback('dead', { status: 7 });
  await using opened = await openConsoleIn(browser, server, await adminToken(), { place: '#/' });
  const { page, troubles } = opened;
  const items = page.locator('.attention-item');
  const item = (text: string) => items.filter({ hasText: text });
  await expect.poll(() => page.title()).toMatch(/^\(5\) Needs attention/);
  await expect.poll(() => items.count()).toBe(5);
  await item('Approval in doubt').getByText('XGateway took the approval away').waitFor();
  await item('BRAND_NEW').getByText('Unknown status').waitFor();
  await item('1 callback not recorded').getByText('Genuine, but not understood').waitFor();
  await expectAccessible(page);
  await keepScreenshot(page, 'console-attention');

  const dialog = page.locator('dialog');
  await item('gone').getByRole('button', { name: 'Acknowledge' }).click();
  await dialog.getByText('It leaves the list of what needs attention.').waitFor();
  await dialog.getByText('Full user').waitFor();
  await dialog.getByLabel('Reason').fill('Payouts stopped');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Acknowledge' }).click();
  await expect.poll(() => items.count()).toBe(4);
  // Confirming deals with the reversal before it as well.
  await item('Approval in doubt').getByRole('button', { name: 'Confirm' }).click();
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect.poll(() => items.count()).toBe(2);
  await item('1 callback not recorded').getByRole('link', { name: 'Open' }).click();
  await page.getByRole('button', { name: 'Discard the dead letter about dead' }).click();
  await dialog.getByLabel('Reason').fill('A test');
  await dialog.getByRole('button', { name: 'Discard for good' }).click();
  await expect.poll(() => page.title(), { timeout: 8_000 }).toMatch(/^\(1\) Dead letters/);
  await page.getByRole('navigation').getByText('Attention').click();
  await item('BRAND_NEW').getByRole('button', { name: 'Acknowledge' }).click();
  await dialog.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('Nothing waits for you.').waitFor();
  await expect.poll(() => page.title()).toBe('Needs attention · KYC console');

  // A new one comes by itself, and who dealt with the old ones is on record.
  await server.callback('new', { status: 'BRAND_NEW' });
  await item('new').waitFor();
  await visit(page, '#/attention/gone');
  const entry = page.locator('.entry').first();
  await entry.getByText('Acknowledged by compliance').waitFor();
  await entry.getByText('Payouts stopped').waitFor();
  expect(troubles).toEqual([]);
});

test('where two people are required the first decision waits, is shown to the second, and can be withdrawn', async () => {
  await using server = await startTestServer({ confirmRequiresTwo: true });
  for (const status of ['FULL_USER', 'HARD_KYC_FAILED', 'FULL_USER']) await server.callback('ana', { status });
  await using first = await openConsoleIn(browser, server, await adminToken(), { place: '#/attention/ana' });
  const decide = async ({ page }: typeof first, name: string) => {
    await page.locator('.beside').getByRole('button', { name }).click();
    await page.locator('dialog').getByRole('button', { name }).click();
  };
  await decide(first, 'Confirm');
  await first.page.getByText('Noted. A second person has to confirm as well.').waitFor();
  await first.page.getByText('Waits for a second person: Full user by compliance').waitFor();
  expect(await first.page.locator('.beside').getByRole('button', { name: 'Confirm' }).count()).toBe(0);
  await expectAccessible(first.page);
  await decide(first, 'Withdraw');
  await first.page.getByText('Withdrawn.').waitFor();
  await decide(first, 'Confirm');

  const other = await token({ sub: 'second', scope: 'kyc:admin' });
  await using second = await openConsoleIn(browser, server, other, { place: '#/attention/ana' });
  await second.page.locator('.attention-item').getByText('compliance has decided').waitFor();
  await second.page.locator('.beside').getByText('Waits for a second person').waitFor();
  await decide(second, 'Confirm');
  await second.page.getByText('Confirmed.', { exact: true }).waitFor();
  await second.page.locator('.entry').first().getByText('Confirmed by compliance and second').waitFor();
  await second.page.getByText('Nothing waits for you.').waitFor();
  await first.page.locator('.entry').first().getByText('Confirmed by compliance and second').waitFor();
});
