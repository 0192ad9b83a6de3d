/** Desktop notifications and the number in the title, in a real Chromium. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/chromium.ts';
import { openConsoleIn } from '../support/console.ts';
import { adminToken, readerToken, startTestServer, type TestServer } from '../support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/**
 * Opens the console with notifications on. A headless Chromium says "denied" also in a context that grants them, and shows none: the page is
 * given a stand-in that notes what would be shown.
 */
async function openNotified(server: TestServer, bearer: string) {
  const opened = await openConsoleIn(browser, server, bearer, { permissions: ['notifications'] });
  const { page } = opened;
  await page.evaluate(`
    window.shown = [];
    window.Notification = class extends EventTarget {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      constructor(title, { body, tag }) { super(); window.shown.push({ text: title + ': ' + body, tag, one: this }); }
      close() {}
    };`);
  const toggle = page.getByRole('button', { name: 'Notify me' });
  await toggle.click();
  await expect.poll(() => toggle.getAttribute('aria-pressed')).toBe('true');
  return opened;
}

const shown = (page: Page) => page.evaluate<string[]>('window.shown.map(({ text }) => text)');
const clickOn = (page: Page, index: number) =>
  page.evaluate(`window.shown[${index}].one.dispatchEvent(new Event('click'))`);

test('new dead letters are notified, also of a reason that waits already, counted in the title, and opened with a click', async () => {
  await using server = await startTestServer();
  await server.callback('old', { status: 7 });
  await using opened = await openNotified(server, await adminToken());
  const { page, troubles } = opened;
  await expect.poll(() => page.title()).toBe('(1) Customers · KYC console');
  // The first count is what was there before.
  await page.waitForResponse((response) => response.request().postData()?.includes('DeadLetterCount') === true);
  await server.callback('dead', { status: 8 });
  await expect.poll(() => shown(page), { timeout: 12_000 }).toEqual(['KYC console: 1 new dead letter.']);
  await clickOn(page, 0);
  await page.getByRole('heading', { name: 'Dead letters' }).waitFor();
  for (const customerId of ['one', 'two']) {
    const body = JSON.stringify({ callbackType: 'kyc', customerId, hash: 'wrong', status: 'FULL_USER' });
    await fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body });
  }
  // Another reason is another item.
  await expect.poll(() => page.title(), { timeout: 12_000 }).toBe('(2) Dead letters · KYC console');
  await expect.poll(async () => (await shown(page)).slice(1).join(), { timeout: 12_000 }).toMatch(/new dead letter/);
  expect(JSON.stringify(await shown(page))).not.toMatch(/dead\b(?! letter)|one|two/);
  expect(troubles).toEqual([]);
});

test('reversals are notified together, without naming a customer, and opened with a click; a reader hears of no dead letters', async () => {
  await using server = await startTestServer();
  await using opened = await openNotified(server, await readerToken());
  const { page, troubles } = opened;
  await server.callback('dead', { status: 7 });
  for (const customerId of ['ana', 'bob'])
    for (const status of ['FULL_USER', 'HARD_KYC_FAILED']) await server.callback(customerId, { status });
  await expect.poll(() => shown(page), { timeout: 8_000 }).toEqual(['KYC console: 2 approvals were revoked.']);
  await expect.poll(() => page.title(), { timeout: 8_000 }).toBe('(2) Customers · KYC console');
  await clickOn(page, 0);
  await expect.poll(() => page.locator('.attention-item').count()).toBe(2);
  // Turned off, nothing is shown any more; the title still counts.
  await page.getByRole('button', { name: 'Notify me' }).click();
  for (const status of ['FULL_USER', 'SOFT_KYC_FAILED']) await server.callback('cid', { status });
  await expect.poll(() => page.title(), { timeout: 8_000 }).toBe('(3) Needs attention · KYC console');
  expect(await shown(page)).toHaveLength(1);
  expect(troubles).toEqual([]);
});
