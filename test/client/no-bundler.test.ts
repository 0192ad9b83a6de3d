/** A page without a bundler, on another port of this machine: it imports `/client.js` from the server in development. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { launchBrowser } from '../support/chromium.ts';
import { startTestServer, token } from '../support/server.ts';

test('a page without a bundler follows a customer over WebSocket and SSE, from another origin of this machine', async () => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startTestServer());
  const bearer = await token({ sub: 'c' });
  const page = (transport: string) => `<!doctype html><p></p><script type="module">
    import { followKyc, describeKyc } from '${server.url}/client.js';
    followKyc({ url: '${server.url}/graphql', token: '${bearer}', transport: '${transport}',
      onUpdate: (kyc) => { document.querySelector('p').textContent = describeKyc(kyc).title; } });
  </script>`;
  const pages = createServer(({ url }, response) => {
    response.setHeader('content-type', 'text/html').end(page(url === '/sse' ? 'sse' : 'websocket'));
  });
  await once(pages.listen(0, '127.0.0.1'), 'listening');
  stack.defer(() => void pages.close().closeAllConnections());
  const browser = await launchBrowser();
  stack.defer(() => browser.close());
  await server.callback('c', { status: 'KYC_PENDING' });
  for (const transport of ['websocket', 'sse']) {
    const shown = await browser.newPage();
    await shown.goto(`http://localhost:${(pages.address() as AddressInfo).port}/${transport}`);
    await shown.getByText('We are checking your details').waitFor({ timeout: 20_000 });
    await shown.close();
  }
  expect(server.logged.some((line) => line.includes('origin'))).toBe(false);
});

test('in production there is no /client.js, and pages of this machine are as foreign as any other; the log says so', async () => {
  await using server = await startTestServer({ production: true });
  expect((await fetch(`${server.url}/client.js`)).status).toBe(404);
  const headers = { origin: 'http://localhost:5173', 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers,
    body: '{"query":"{ __typename }"}',
  });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  expect(server.logged.filter((line) => line.includes('CORS_ORIGINS')).length).toBe(1);
});
