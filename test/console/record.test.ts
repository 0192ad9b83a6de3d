/** A customer's record to print, to save as PDF and as a file, and lists as files, in a real Chromium. */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
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

/** The file that a click saves, as text. */
async function saved(page: Page, click: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([page.waitForEvent('download'), click()]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
}

/** How many pages a PDF has, and the characters that its pages draw, by the maps that it carries. */
function readPdf(pdf: Buffer): { pages: number; glyphs: number } {
  const text = pdf.toString('latin1');
  let glyphs = 0;
  for (const match of text.matchAll(/stream\r?\n/g)) {
    const start = match.index + match[0].length;
    const end = text.indexOf('endstream', start);
    try {
      const content = inflateSync(pdf.subarray(start, end)).toString('latin1');
      // Hexadecimal strings that are shown, alone or in a list with distances: one byte for each glyph of a variable font.
      for (const [, list = ''] of content.matchAll(/\[([^\]]*)\]\s*TJ|<[0-9A-Fa-f]+>\s*Tj/g))
        for (const [, hex = ''] of list.matchAll(/<([0-9A-Fa-f]+)>/g)) glyphs += hex.length / 2;
      for (const [, hex = ''] of content.matchAll(/<([0-9A-Fa-f]+)>\s*Tj/g)) glyphs += hex.length / 2;
    } catch {
      // A font or an image.
    }
  }
  return { pages: text.match(/\/Type\s*\/Page\b/g)?.length ?? 0, glyphs };
}

test('the record has every revision with its digest, whole on paper and in both files, and says how to verify it', async () => {
  await using server = await startTestServer();
  const statuses = ['KYC_PENDING', 'FULL_USER', 'HARD_KYC_FAILED', 'FULL_USER'];
  for (const status of statuses) await server.callback('ana', { status, risk: 7 });
  for (let index = 0; index < 100; index++) {
    const content = { status: 'FULL_USER', kycEndUserErrorMessage: `message ${index} ${'W'.repeat(700)}=end` };
    await server.callback('ana', content);
  }
  const [first] = (
    await server.query(
      '{ kyc(customerId: "ana") { history(first: 1) { nodes { revision journalEntry { position digest } } } } kycJournalHead { position digest } }',
      await readerToken(),
    )
  ).data.kyc.history.nodes;
  await using opened = await openConsoleIn(browser, server, await adminToken());
  const { page, troubles } = opened;
  await visit(page, '#/customers/ana');
  await page.getByRole('link', { name: 'Record' }).click();
  await page.getByRole('heading', { name: 'KYC record of ana' }).waitFor();
  expect(await page.locator('.record-entry').count()).toBe(104);
  await page
    .getByText(`xgateway-kyc verify --head ${first.journalEntry.position}:${first.journalEntry.digest}`)
    .first()
    .waitFor();
  await page.getByText('{"risk":7}').first().waitFor();
  await expectAccessible(page);
  await keepScreenshot(page, 'console-record');

  // On paper everything is there: nothing scrolls or is cut.
  await page.emulateMedia({ media: 'print' });
  const lost = await page.evaluate(`[...document.querySelectorAll('.record, .record *')].filter((one) =>
    getComputedStyle(one).display !== 'none' && getComputedStyle(one).display !== 'inline' &&
    (one.scrollWidth > one.clientWidth + 1 || (getComputedStyle(one).overflowY !== 'visible' && one.scrollHeight > one.clientHeight + 1))
  ).map((one) => one.className + ' ' + one.textContent.slice(0, 40))`);
  expect(lost).toEqual([]);
  const shown = (await page.locator('.record').innerText()).replace(/\s/g, '');
  expect(shown).not.toContain('PrintorsaveasPDF');
  expect(shown.match(/W{700}=end/g)).toHaveLength(100);
  const { pages, glyphs } = readPdf(await page.pdf());
  expect(pages).toBeGreaterThan(20);
  expect(glyphs).toBeGreaterThan(shown.length * 0.95);
  await page.emulateMedia({ media: 'screen' });

  const json = await saved(page, () => page.getByRole('button', { name: 'JSON' }).click());
  expect(json.name).toMatch(/^kyc-record-ana-\d{4}-\d\d-\d\d\.json$/);
  const record = JSON.parse(json.text);
  expect(record.updates).toHaveLength(104);
  expect(record.updates[0]).toMatchObject({ revision: 1, status: 'KYC_PENDING', extra: { risk: 7 } });
  expect(record.updates[103]).toMatchObject({ revision: 104, journalDigest: first.journalEntry.digest });
  expect(record.journalHead.position).toBe(104);
  const csv = await saved(page, () => page.getByRole('button', { name: 'CSV' }).click());
  expect(csv.text.trimEnd().split('\r\n')).toHaveLength(105);
  expect(csv.text).toContain(first.journalEntry.digest);
  expect(troubles).toEqual([]);
});

test('a list saves every row that its filters select, and a spreadsheet finds no formula in it', async () => {
  await using server = await startTestServer();
  for (let index = 0; index < 230; index++) await server.callback(`=c${index}`, { status: 'CREATED' });
  await server.callback('other', { status: 'KYC_PENDING' });
  await using opened = await openConsoleIn(browser, server, await readerToken());
  const { page, troubles } = opened;
  for (const view of ['updates', 'customers']) {
    await visit(page, `#/${view}?status=CREATED`);
    const csv = await saved(page, () => page.getByRole('button', { name: 'Export as CSV' }).click());
    expect(csv.name).toContain(`kyc-${view}-`);
    const lines = csv.text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(231);
    expect(lines[0]).toMatch(/^\ufeffcustomerId,revision,status/);
    expect(lines[1]).toMatch(/^'=c229,1,CREATED/);
    await page.getByText('Saved 230 rows').waitFor();
    const json = await saved(page, () => page.getByRole('button', { name: 'Export as JSON' }).click());
    expect(JSON.parse(json.text)).toMatchObject({ filter: '?status=CREATED', isComplete: true });
  }
  await expectAccessible(page);
  expect(troubles).toEqual([]);
});
