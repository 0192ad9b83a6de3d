/** The console in a real Chromium, and where things are on it. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { TestServer } from './server.ts';

/**
 * Opens the console with a token in the link, as `serve` prints it, and goes to `place`: the customers, unless it says otherwise.
 * `troubles`: every error of the page.
 */
export async function openConsoleIn(
  browser: Browser,
  server: Pick<TestServer, 'url'>,
  bearer: string,
  { place = '#/customers', ...options }: BrowserContextOptions & { readonly place?: string } = {},
) {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    // What the browser says of a connection that fails while the server is away is expected.
    if (message.type() === 'error' && !/ERR_CONNECTION|WebSocket|401/.test(message.text()))
      troubles.push(message.text());
  });
  await page.goto(`${server.url}/console#token=${bearer}`);
  await page.getByText('Live', { exact: true }).waitFor();
  if (place !== '#/') await visit(page, place);
  return {
    page,
    context,
    troubles,
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Goes to a place in the console, for example `#/updates`. */
export async function visit(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
}

export const row = (page: Page, customerId: string) => page.locator('.row', { hasText: customerId });
export const countOf = (page: Page, status: string) =>
  page.locator('.counts button', { hasText: status }).locator('.count');
export const inStream = (page: Page, customerId: string) => page.locator('.stream-row', { hasText: customerId });
