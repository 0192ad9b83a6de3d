import { expect, test } from 'vitest';
import { launchBrowser } from '../support/chromium.ts';
import { readerToken, startTestServer } from '../support/server.ts';

test('GraphiQL needs nobody but the server, has the token filled in, and its subscriptions are live', async () => {
  await using server = await startTestServer();
  await using browser = await launchBrowser();
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  const refused: string[] = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));

  await page.goto(`${server.url}/graphql#token=${await readerToken()}`);
  const execute = page.getByRole('button', { name: 'Execute query (Ctrl-Enter)' });
  // Until the editor has read the document there is no choice of its operations.
  const run = async (operation: string) => {
    const choice = page.getByRole('menuitem', { name: operation });
    const isOffered = async () => {
      if (!(await choice.isVisible())) await execute.click();
      return choice.waitFor({ timeout: 1_000 }).then(
        () => true,
        () => false,
      );
    };
    await expect.poll(isOffered, { timeout: 20_000 }).toBe(true);
    await choice.click();
  };
  // The schema arrives: the editor asks for it with the token.
  await run('Customers');
  expect(page.url()).not.toContain('token');
  await page.locator('.graphiql-response', { hasText: 'nodes' }).waitFor();

  await run('Updates');
  await page.getByRole('button', { name: 'Stop query' }).waitFor();
  // Subscribed once the server has heard of it: a callback before that is not of this stream.
  const response = page.locator('.graphiql-response');
  let sent = 0;
  await expect
    .poll(async () => {
      await server.callback(`live-${sent++}`, { status: 'CREATED' });
      return response.innerText();
    })
    .toContain('live-');

  // A second visit finds the tab of the first one, and opens no empty one beside it.
  await expect.poll(() => page.evaluate(() => localStorage.getItem('graphiql:tabState'))).toContain('Updates');
  await page.goto(`${server.url}/graphql`);
  await execute.waitFor();
  expect(await page.locator('.graphiql-tab').count()).toBe(1);
  expect(foreign).toEqual([]);
  expect(refused).toEqual([]);
});
