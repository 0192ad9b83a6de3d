/** The round trip in a real Chromium, from the console's button to a page that is signed out, with a real provider on another site. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, keepScreenshot } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';
import { type SignInServer, startSignInServer } from '../support/sign-in.ts';

let browser: Browser;
let one: SignInServer;
beforeAll(async () => {
  browser = await launchBrowser();
  one = await startSignInServer({ times: { checkMs: 4_000 } });
  await one.server.callback('alice', { status: 'FULL_USER' });
});
afterAll(async () => {
  await browser.close();
  await one[Symbol.asyncDispose]();
});

async function open(path = '/console'): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${one.url}${path}`);
  return page;
}

async function signIn(page: Page, person: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Person').fill(person);
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('a person signs in with a button, comes back to where they were, sees updates live, and signs out', async () => {
  const page = await open('/console#/updates');
  await expect.poll(() => page.getByRole('button', { name: 'Sign in' }).isEnabled()).toBe(true);
  expect(await page.getByLabel('Token').count()).toBe(0);
  await expectAccessible(page);
  await keepScreenshot(page, 'sign-in');
  await signIn(page, 'ada');
  await page.getByText('Live', { exact: true }).waitFor();
  expect(page.url()).toBe(`${one.url}/console#/updates`);
  await one.server.callback('bob', { status: 'KYC_PENDING' });
  await page.getByText('bob').first().waitFor();

  await page.getByRole('button', { name: 'Sign out' }).click();
  // The provider asks whether it should end its own session too.
  await page.waitForURL(/localhost/);
  await page.locator('button[value="yes"]').click();
  await page.waitForURL(`${one.url}/console/sign-in/signed-out**`);
  await page.getByText('You are signed out').waitFor();
  await expectAccessible(page);
  await keepScreenshot(page, 'signed-out');
  // Nothing signs in by itself: the provider asks who it is.
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Person').waitFor();
  await page.context().close();
});

test('a session is renewed without a break in the stream, and ends when the role is gone', async () => {
  const page = await open();
  one.provider.people.set('kim', { preferred_username: 'kim', roles: ['support'] });
  await signIn(page, 'kim');
  await page.getByText('Live', { exact: true }).waitFor();
  const startedAt = performance.now();
  one.provider.requested.length = 0;
  await expect
    .poll(() => one.provider.requested.filter((path) => path === '/token').length, { timeout: 20_000 })
    .toBeGreaterThan(0);
  expect(performance.now() - startedAt).toBeGreaterThan(2_000);
  await one.server.callback('carol', { status: 'KYC_PENDING' });
  await page.getByText('carol').first().waitFor();
  one.provider.people.set('kim', { preferred_username: 'kim', roles: [] });
  await page.getByText('Your session has ended').waitFor();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.context().close();
});

test('a person without a role gets a page that says so, and can sign in as somebody else', async () => {
  const page = await open();
  await signIn(page, 'eve');
  await page.getByText('You have no access to the KYC console').waitFor();
  await expectAccessible(page);
  await keepScreenshot(page, 'no-role');
  await page.getByRole('button', { name: 'Sign in with another account' }).click();
  await page.getByLabel('Person').fill('sam');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  // kyc:read alone: no dead letters.
  expect(await page.getByRole('link', { name: 'Dead letters' }).count()).toBe(0);
  await page.context().close();
});

test('signing out in one tab signs out the others, and a pasted token does nothing', async () => {
  const page = await open();
  await signIn(page, 'ada');
  await page.getByText('Live', { exact: true }).waitFor();
  const second = await page.context().newPage();
  await second.goto(`${one.url}/console#token=eyJhbGciOiJIUzI1NiJ9.e30.x`);
  await second.getByText('Live', { exact: true }).waitFor();
  expect(await second.evaluate('sessionStorage.getItem("xgateway-kyc.token")')).toBeNull();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await second.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.context().close();
});

test('the audit log shows who did what and whose data they opened, filters, and saves a file', async () => {
  const page = await open('/console#/customers/alice');
  await signIn(page, 'ada');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Audit log' }).click();
  const log = page.getByRole('region', { name: 'Audit log', exact: true });
  const refresh = log.getByRole('button', { name: 'Refresh' });
  await expect
    .poll(async () => {
      await refresh.click();
      return log.getByRole('link', { name: 'alice' }).count();
    })
    .toBeGreaterThan(0);
  await log.getByText('ada@shop.example').first().waitFor();
  await expectAccessible(page);
  await keepScreenshot(page, 'audit-log');
  const downloading = page.waitForEvent('download');
  await log.getByRole('button', { name: 'Export as CSV' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/^kyc-audit-.*\.csv$/);
  await log.getByLabel('Person').fill('somebody else');
  await log.getByRole('button', { name: 'Filter' }).click();
  await log.getByText('No entries').waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  await log.getByRole('button', { name: 'Clear' }).click();
  await log.getByText('ada@shop.example').first().waitFor();
  await keepScreenshot(page, 'audit-log-phone');
  await page.context().close();
});

test('without a refresh token the page says when the session ends, and signing in again in a new tab continues it', async () => {
  await using short = await startSignInServer({ provider: { refreshes: false }, times: { uncheckedMs: 9_000 } });
  await short.server.callback('alice', { status: 'FULL_USER' });
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${short.url}/console#/customers/alice`);
  await signIn(page, 'ada');
  await page.getByText('Your session ends at').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Correct' }).waitFor();
  short.provider.people.set('ada', { email: 'ada@shop.example', email_verified: true, roles: ['support'] });
  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Sign in again' }).click(),
  ]);
  // The provider still knows her, and says what changed: both tabs have the new role, and neither lost its place.
  await other.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Correct' }).waitFor({ state: 'detached' });
  expect(page.url()).toContain('#/customers/alice');
  await page.context().close();
});
