/** Two people who decide about one customer, signed in with a real provider in a real Chromium. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, keepScreenshot } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import { visit } from '../support/console.ts';
import { textOfPdf } from '../support/pdf.ts';
import { type SignInServer, startSignInServer } from '../support/sign-in.ts';

let browser: Browser;
let one: SignInServer;
beforeAll(async () => {
  browser = await launchBrowser();
  one = await startSignInServer({ settings: { confirmRequiresTwo: true } });
  one.provider.people.set('bea', { email: 'bea@shop.example', email_verified: true, roles: ['compliance'] });
});
afterAll(async () => {
  await browser.close();
  await one[Symbol.asyncDispose]();
});

async function openAs(person: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1_440, height: 900 } })).newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${one.url}/console#/attention/ana`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Person').fill(person);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('.beside .entry').first().waitFor();
  return page;
}

async function decide(page: Page, name: string, reason: string): Promise<void> {
  await page.locator('.beside').getByRole('button', { name }).click();
  const dialog = page.locator('dialog');
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('the first person cannot confirm again, whatever they are called; the record names both and who withdrew', async () => {
  for (const status of ['FULL_USER', 'HARD_KYC_FAILED', 'FULL_USER']) await one.server.callback('ana', { status });
  const first = await openAs('ada');
  await decide(first, 'Confirm', 'seen by Ada');
  const expectWaiting = async (page: Page): Promise<void> => {
    await page.locator('.beside').getByText('another person has to confirm it, or you withdraw it').waitFor();
    await page.locator('.attention-item').getByText('another person has to agree, or you withdraw it').waitFor();
    expect(await page.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Withdraw' }).count()).toBe(2);
  };
  await expectWaiting(first);
  await expectAccessible(first);
  await keepScreenshot(first, 'console-own-half');
  // The same person under another name, in another browser.
  one.provider.people.set('ada', { email: 'ada.new@shop.example', email_verified: true, roles: ['compliance'] });
  const renamed = await openAs('ada');
  await expectWaiting(renamed);
  await decide(renamed, 'Withdraw', 'not yet');
  await renamed.locator('.beside').getByRole('button', { name: 'Confirm' }).waitFor();
  await decide(renamed, 'Confirm', 'seen again');

  const second = await openAs('bea');
  await second.locator('.beside').getByText('Waits for a second person').waitFor();
  await visit(second, '#/record/ana');
  await second.getByText('Waits for a second person').waitFor();
  await visit(second, '#/attention/ana');
  await decide(second, 'Confirm', 'seen by Bea');
  await second.locator('.entry').first().getByText('seen by Bea').waitFor();
  await second.locator('.entry').first().getByText('Confirmed by ada.new@shop.example and bea@shop.example').waitFor();

  await visit(second, '#/record/ana');
  await second.getByText('What people did, oldest first').waitFor();
  const printed = textOfPdf(await second.pdf())
    .join('')
    .replace(/\s/g, '');
  expect(printed).toContain('seenagain');
  expect(printed).toContain('bea@shop.example:“seenbyBea”');
  // The revision that was taken back is acknowledged by the decision.
  expect(printed).toMatch(/Acknowledgedbyada\.new@shop\.exampleandbea@shop\.example/);
  const [file] = await Promise.all([
    second.waitForEvent('download'),
    second.getByRole('button', { name: 'JSON' }).click(),
  ]);
  const record = JSON.parse(readFileSync(await file.path(), 'utf8'));
  const acts = record.decisions.acts.map(({ person, fields }: { person: { name: string }; fields: string[] }) => [
    person.name,
    ...fields,
  ]);
  expect(acts).toEqual([
    ['ada@shop.example', 'confirmKyc'],
    ['ada.new@shop.example', 'withdrawKycDecision'],
    ['ada.new@shop.example', 'confirmKyc'],
    ['bea@shop.example', 'confirmKyc'],
  ]);
  expect(record.updates.at(-1).confirmedBy).toMatchObject({ reason: 'seen again', secondReason: 'seen by Bea' });
  expect(record.pendingDecision).toBeNull();
});
