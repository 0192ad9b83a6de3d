import { afterAll, beforeAll, expect, test } from 'vitest';
import { consoleRouter } from '../../src/console/index.ts';
import { readSettings } from '../../src/server/settings.ts';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

let development: TestServer;
let production: TestServer;

beforeAll(async () => {
  development = await startTestServer();
  production = await startTestServer({ production: true });
});
afterAll(async () => {
  await development[Symbol.asyncDispose]();
  await production[Symbol.asyncDispose]();
});

const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

test('the console comes with a policy that lets nothing else in, and hashed files that may be kept', async () => {
  const response = await fetch(`${production.url}/console`);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-cache');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const html = await response.text();
  expect(html).toContain('data-development="false"');
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');
  expect(files.length).toBeGreaterThanOrEqual(3);
  for (const file of files) {
    expect(file).toMatch(/^\/console\/assets\//);
    const asset = await fetch(`${production.url}${file}`);
    expect(asset.status).toBe(200);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    await asset.body?.cancel();
  }
});

test('/ redirects a browser to the console, in production too; others get a 404', async () => {
  for (const { url } of [development, production]) {
    const page = await fetch(`${url}/`, { ...browser, redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([302, '/console']);
    expect((await fetch(`${url}/`)).status).toBe(404);
  }
});

test('a browser gets GraphiQL at /graphql in development; others, and production, get GraphQL', async () => {
  const page = await fetch(`${development.url}/graphql`, browser);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('data-graphql="/graphql"');
  for (const [server, query, init] of [
    [development, '?query={__typename}', browser],
    [development, '', {}],
    [production, '', browser],
  ] as const) {
    const answer = await fetch(`${server.url}/graphql${query}`, init);
    expect(answer.headers.get('content-type')).not.toContain('text/html');
    await answer.body?.cancel();
  }
});

test('the server signs a callback for those who may read all customers, in development only', async () => {
  const send = async (server: TestServer, bearer?: string, body: object = { customerId: 'c', status: 'CREATED' }) => {
    const response = await fetch(`${server.url}/console/development/callback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify(body),
    });
    return [response.status, await response.json()];
  };
  expect(await send(development, await readerToken())).toEqual([200, { outcome: 'applied', revision: 1 }]);
  expect(await send(development, await adminToken())).toEqual([200, { outcome: 'unchanged', revision: 1 }]);
  expect(await send(development, await readerToken(), { customerId: '..', status: null })).toMatchObject([422, {}]);
  expect(await send(development, await readerToken(), { customerId: 7 })).toMatchObject([
    400,
    { error: { code: 'BAD_USER_INPUT' } },
  ]);
  for (const bearer of [undefined, 'bad']) {
    expect(await send(development, bearer)).toMatchObject([401, { error: { code: 'UNAUTHENTICATED' } }]);
  }
  expect(await send(development, await token({ sub: 'c' }))).toMatchObject([403, { error: { code: 'FORBIDDEN' } }]);
  expect((await send(production, await adminToken()))[0]).toBe(404);
});

test('the page links to customers in the merchant’s own system by a template that is http or https', async () => {
  const customerUrlTemplate = 'https://crm.example/c/{customerId}?from="kyc"';
  await using server = await startTestServer({ customerUrlTemplate });
  const html = await (await fetch(`${server.url}/console`)).text();
  expect(html).toContain('data-customer-url="https://crm.example/c/{customerId}?from=&#34;kyc&#34;"');
  const bad = [
    'javascript:alert({customerId})',
    'https://crm.example/',
    '/c/{customerId}',
    'https://{customerId}.example/',
    'https://{customerId}@crm.example/',
    'ftp://crm.example/{customerId}',
    '',
  ];
  for (const template of bad) {
    expect(() => consoleRouter({ customerUrlTemplate: template })).toThrow('customerUrlTemplate must be');
    if (template !== '')
      expect(() => readSettings({ CUSTOMER_URL_TEMPLATE: template })).toThrow('CUSTOMER_URL_TEMPLATE must be');
  }
});
