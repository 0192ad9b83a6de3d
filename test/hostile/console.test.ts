/** Content that callbacks bring, on the pages of the console: it is text, never markup, and cannot break, freeze or mislead them. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import { openConsoleIn, row, visit } from '../support/console.ts';
import { adminToken, startTestServer } from '../support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const SCRIPT = '<img src=x onerror="document.title=`hacked`"><script>document.title="hacked"</script>';
const RTL = 'مرحبا-123';
const deep = (levels: number): unknown => JSON.parse(`${'{"a":['.repeat(levels)}1${']}'.repeat(levels)}`);

test('markup, direction marks, long and deep content stay text within their panel, and the page stays responsive', async () => {
  await using server = await startTestServer();
  const said: [string, object][] = [
    ['x\u202egnp.exe', { status: 'FULL_USER' }],
    ['p\u0430ypal-\u200b1', { status: `NEW\u202e_STATUS_${'N'.repeat(200)}` }],
    [
      RTL,
      {
        status: 'SOFT_KYC_FAILED',
        kycRejectLabel: `${'L'.repeat(240)}, ${SCRIPT}`,
        docsMissing: ['שלום-\u202ex', 'D'.repeat(200)],
      },
    ],
    ['i'.repeat(256), { status: 'SOFT_KYC_FAILED', kycEndUserErrorMessage: SCRIPT.repeat(200) }],
    ['long', { status: 'SOFT_KYC_FAILED', kycEndUserErrorMessage: 'W'.repeat(2_000) }],
    ['deep', { status: 'KYC_PENDING', unknown: deep(200), text: 'X'.repeat(40_000) }],
    [`z${'\u0301'.repeat(200)}`, { status: 'CREATED' }],
    [SCRIPT, { status: 'CREATED' }],
    ['dead', { status: 7, text: 'Y'.repeat(50_000), deep: deep(100) }],
  ];
  for (const [customerId, content] of said) expect((await server.callback(customerId, content)).ok).toBe(true);
  await using opened = await openConsoleIn(browser, server, await adminToken(), {
    viewport: { width: 1_180, height: 760 },
  });
  const { page, troubles } = opened;
  const fits = () =>
    page.evaluate(`[...document.querySelectorAll('.panel, .panel .scroll')]
      .every((one) => one.scrollWidth <= one.clientWidth) && document.documentElement.scrollWidth <= innerWidth`);
  const recorded = (await server.query('{ kycCustomers { nodes { customerId } } }', await adminToken())).data
    .kycCustomers;
  const ids: string[] = recorded.nodes.map(({ customerId }: { customerId: string }) => customerId);
  expect(ids.length).toBeGreaterThanOrEqual(7);

  await row(page, 'gnp.exe').getByText('U+202E').waitFor();
  await row(page, 'ypal-').getByText('U+200B').waitFor();
  expect(await fits()).toBe(true);
  for (const view of ['customers', 'updates']) {
    for (const customerId of ids) {
      const start = performance.now();
      await visit(page, `#/${view}/${encodeURIComponent(customerId)}`);
      await page.locator('.entry').first().waitFor();
      expect(await fits()).toBe(true);
      expect(performance.now() - start).toBeLessThan(5_000);
    }
  }
  await visit(page, `#/customers/${encodeURIComponent('p\u0430ypal-\u200b1')}`);
  await page.getByText('It contains U+0430 (looks like “a”), U+200B (invisible).').waitFor();
  await visit(page, '#/customers/deep');
  await page.getByText('Details').click();
  await page.locator('.details pre').waitFor();
  expect((await page.locator('.details pre').textContent())?.length).toBeLessThan(25_000);
  expect(await fits()).toBe(true);
  await expectAccessible(page);
  await visit(page, '#/dead-letters');
  await page.getByText('As sent').first().click();
  await page.locator('.dead-letter pre').waitFor();
  expect(await fits()).toBe(true);
  await page.setViewportSize({ width: 360, height: 740 });
  const record = `#/record/${encodeURIComponent(RTL)}`;
  const places = [
    '#/attention',
    '#/customers',
    '#/updates',
    `#/customers/${encodeURIComponent(RTL)}`,
    record,
    '#/record/deep',
  ];
  for (const place of places) {
    await visit(page, place);
    await expect.poll(fits).toBe(true);
  }
  expect(await page.title()).not.toContain('hacked');
  expect(await page.locator('img').count()).toBe(0);
  expect(troubles).toEqual([]);
});
