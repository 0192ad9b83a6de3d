/** A customer's record to print, to save as PDF and as a file, and lists as files, in a real Chromium. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, keepScreenshot } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import { openConsoleIn, visit } from '../support/console.ts';
import { textOfPdf } from '../support/pdf.ts';
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

const unspaced = (text: string) => text.replace(/\s/g, '');

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
  const shown = unspaced(await page.locator('.record').innerText());
  expect(shown).not.toContain('PrintorsaveasPDF');
  expect(shown.match(/W{700}=end/g)).toHaveLength(100);
  const pages = textOfPdf(await page.pdf());
  expect(pages.length).toBeGreaterThan(20);
  const printed = unspaced(pages.join(''));
  const differs = [...shown].findIndex((character, index) => printed[index] !== character);
  expect(printed.slice(differs, differs + 80)).toBe(shown.slice(differs, differs + 80));
  expect(printed.length).toBe(shown.length);
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

test('the record has who acknowledged an update and why, on the page, on paper and in both files', async () => {
  await using server = await startTestServer();
  for (const status of ['FULL_USER', 'HARD_KYC_FAILED', 'BRAND_NEW']) await server.callback('ana', { status });
  const acknowledge = `mutation { acknowledgeKycUpdate(customerId: "ana", revision: 2, reason: "Payouts\\u202e stopped",
    evidenceUrl: "https://crm.example/7") { outcome } }`;
  expect((await server.query(acknowledge, await adminToken())).data.acknowledgeKycUpdate.outcome).toBe('ACKNOWLEDGED');
  await using opened = await openConsoleIn(browser, server, await readerToken());
  const { page, troubles } = opened;
  await visit(page, '#/record/ana');
  const entries = page.locator('.record-entry');
  await expect.poll(() => entries.count()).toBe(3);
  const facts = 'Acknowledged by';
  expect(await entries.nth(0).getByText(facts).count()).toBe(0);
  expect(await entries.nth(2).innerText()).toContain(`${facts}\nNobody: it waits`);
  const printed = unspaced(textOfPdf(await page.pdf()).join(''));
  const onPage = unspaced(await entries.nth(1).innerText());
  for (const text of [printed, onPage]) {
    expect(text).toMatch(/Acknowledgedbycompliance\d{4}-\d\d-\d\dT/);
    expect(text).toContain('PayoutsU+202Estopped');
    expect(text).toContain('https://crm.example/7');
  }
  const json = await saved(page, () => page.getByRole('button', { name: 'JSON' }).click());
  const { updates } = JSON.parse(json.text);
  expect(updates.map(({ needsAcknowledgement }: { needsAcknowledgement: boolean }) => needsAcknowledgement)).toEqual([
    false,
    false,
    true,
  ]);
  expect(updates[1].acknowledgedBy).toMatchObject({
    by: 'compliance',
    reason: 'Payouts\u202e stopped',
    evidenceUrl: 'https://crm.example/7',
    at: expect.stringMatching(/Z$/),
  });
  const csv = await saved(page, () => page.getByRole('button', { name: 'CSV' }).click());
  expect(csv.text).toContain('acknowledgedBy');
  expect(csv.text).toContain('https://crm.example/7');
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

test('an export that is stopped saves nothing, and another can be started', async () => {
  await using server = await startTestServer();
  for (let index = 0; index < 210; index++) await server.callback(`c${index}`, { status: 'CREATED' });
  await using opened = await openConsoleIn(browser, server, await adminToken());
  const { page, troubles } = opened;
  const files: string[] = [];
  page.on('download', (file) => void files.push(file.suggestedFilename()));
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/graphql', async (route) => {
    // The second page of a list waits, so that there is time to stop.
    const asked = route.request().postData() ?? '';
    if (/"(first|last)":200/.test(asked) && /"(after|before)":"/.test(asked)) await held;
    await route.continue().catch(() => {});
  });
  for (const view of ['updates', 'customers']) {
    await visit(page, `#/${view}`);
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    await page.getByText('Reading: 200').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped: nothing was saved').waitFor();
    expect(await page.getByRole('button', { name: 'Export as CSV' }).isEnabled()).toBe(true);
  }
  release();
  const csv = await saved(page, () => page.getByRole('button', { name: 'Export as CSV' }).click());
  expect(csv.text.trimEnd().split('\r\n')).toHaveLength(211);
  expect(files).toHaveLength(1);
  expect(troubles).toEqual([]);
});
