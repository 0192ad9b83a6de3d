/** Charts of what the server counts, in a real Chromium. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, keepScreenshot } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import { openConsoleIn } from '../support/console.ts';
import { adminToken, startTestServer } from '../support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('statuses by day, the time to full user and reasons to reject are drawn, with their numbers in words', async () => {
  await using server = await startTestServer();
  for (const customerId of ['a', 'b', 'c']) await server.callback(customerId, { status: 'KYC_PENDING' });
  await server.callback('a', { status: 'FULL_USER' });
  for (const customerId of ['b', 'c'])
    await server.callback(customerId, { status: 'SOFT_KYC_FAILED', kycRejectLabel: 'BAD_SELFIE, <b>' });
  await using opened = await openConsoleIn(browser, server, await adminToken(), { place: '#/statistics' });
  const { page, troubles } = opened;
  await page.getByText('1 customer. Half within').waitFor();
  const soft = page.getByRole('row', { name: 'Soft failed' });
  expect(await soft.getByRole('cell').allTextContents()).toEqual(['2', '2']);
  const bars = page.locator('.bars').last().locator('li');
  expect(await bars.allTextContents()).toEqual(['<b>2', 'bad selfie2']);
  expect(await page.locator('.day').count()).toBe(30);
  expect(await page.locator('.day').last().locator('.day-part').count()).toBe(2);
  await expectAccessible(page);
  await keepScreenshot(page, 'console-statistics');
  await page.getByRole('button', { name: '7 days' }).click();
  await expect.poll(() => page.locator('.day').count()).toBe(7);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect(troubles).toEqual([]);
});
