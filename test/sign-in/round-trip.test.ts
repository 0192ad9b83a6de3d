/** Signing in and out with a real OpenID provider over real HTTP; browser.test.ts does it in a browser. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { FetchBrowser, signInWith } from '../support/fetch-browser.ts';
import { startTestServer } from '../support/server.ts';
import {
  askWith,
  openSocket,
  type SignInServer,
  sessionOf,
  signInOptions,
  startSignInServer,
} from '../support/sign-in.ts';

let stack: AsyncDisposableStack;
let one: SignInServer;
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  one = stack.use(await startSignInServer({ settings: { requireConfirmation: true } }));
});
afterAll(() => stack.disposeAsync());

const PROBE = '{ kycStatusCounts { count } kycDeadLetters(first: 1) { nodes { id } } }';

test('a person signs in with PKCE, and their role decides what they may do', async () => {
  const browser = new FetchBrowser();
  const start = await browser.visit(`${one.url}/console/sign-in/start`, { follows: () => false });
  const { searchParams } = new URL(start.response.headers.get('location') ?? '');
  expect(searchParams.get('code_challenge_method')).toBe('S256');
  expect(searchParams.get('redirect_uri')).toBe(`${one.url}/console/sign-in/callback`);
  for (const name of ['state', 'nonce', 'code_challenge']) expect(searchParams.get(name)?.length).toBeGreaterThan(20);

  expect((await signInWith(browser, one.url, 'ada')).url).toBe(`${one.url}/console`);
  expect(await sessionOf(browser, one.url)).toMatchObject({
    status: 200,
    body: { name: 'ada@shop.example', mayAdmin: true },
  });
  const headers = { cookie: browser.header(one.url), origin: one.url };
  expect((await askWith(one.url, headers, PROBE)).errors).toBeUndefined();

  const sams = new FetchBrowser();
  await signInWith(sams, one.url, 'sam');
  expect((await sessionOf(sams, one.url)).body).toMatchObject({ name: 'sam', mayAdmin: false });
  const answer = await askWith(one.url, { cookie: sams.header(one.url), origin: one.url }, PROBE);
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

test('a person without a mapped role gets a page with status 403, and no session', async () => {
  const browser = new FetchBrowser();
  const page = await signInWith(browser, one.url, 'eve');
  expect([page.response.status, page.text]).toEqual([403, expect.stringContaining('You have no access')]);
  expect(page.text).toContain('/console/sign-in/start?account=other');
  expect((await sessionOf(browser, one.url)).status).toBe(401);
  const line = one.server.logged.find((text) => text.includes('No role of this person'));
  expect(line).toContain('"roles":["cleaning"]');
});

test('the cookies hold nothing readable, and cannot be read by scripts', async () => {
  const browser = new FetchBrowser();
  await signInWith(browser, one.url, 'ada');
  const ours = browser.set.filter((cookie) => cookie.startsWith('xgateway-kyc'));
  expect(ours.length).toBeGreaterThanOrEqual(3);
  for (const cookie of ours) {
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax/);
    expect(Buffer.from(cookie, 'base64url').toString()).not.toMatch(/ada|kyc:admin/);
    expect(cookie.length).toBeLessThan(4_096);
  }
});

test('a WebSocket and an event stream of the console work with the cookie alone', async () => {
  const browser = new FetchBrowser();
  await signInWith(browser, one.url, 'ada');
  const headers = { cookie: browser.header(one.url), origin: one.url };
  const { socket, messages } = openSocket(one.server.wsUrl, headers);
  await eventually(() => messages.some(({ type }) => type === 'connection_ack'));
  socket.send(
    JSON.stringify({ type: 'subscribe', id: '1', payload: { query: 'subscription { kycUpdates { customerId } }' } }),
  );
  const stream = await fetch(`${one.url}/graphql/stream`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { kycUpdates { customerId } }' }),
  });
  expect(stream.status).toBe(200);
  await eventually(async () => (await one.server.metric('xgateway_kyc_subscriptions{transport="websocket"}')) === 1);
  await one.server.callback('alice', { status: 'FULL_USER' });
  await eventually(() => messages.some(({ payload }) => JSON.stringify(payload ?? '').includes('alice')));
  socket.terminate();
  await stream.body?.cancel();
});

test('a decision carries the name of the person', async () => {
  const browser = new FetchBrowser();
  await signInWith(browser, one.url, 'ada');
  const headers = { cookie: browser.header(one.url), origin: one.url };
  await one.server.callback('bob', { status: 'FULL_USER' });
  const decide =
    'mutation { confirmKyc(customerId: "bob", revision: 1) { outcome kyc { latestUpdate { confirmedBy { by } } } } }';
  const { data, errors } = await askWith(one.url, headers, decide);
  expect(errors).toBeUndefined();
  expect(JSON.stringify(data)).toContain('"by":"ada@shop.example"');
});

test('signing out ends at a page with a button, and a copy of the cookies is worth nothing', async () => {
  const browser = new FetchBrowser();
  await signInWith(browser, one.url, 'ada');
  const before = { cookie: browser.header(one.url), origin: one.url };
  const out = await browser.visit(`${one.url}/console/sign-in/sign-out`, {
    method: 'POST',
    headers: { origin: one.url },
  });
  const { location } = JSON.parse(out.text) as { location: string };
  const provider = new URL(location);
  expect(provider.origin).toBe(one.provider.issuer);
  expect(provider.searchParams.get('post_logout_redirect_uri')).toBe(`${one.url}/console/sign-in/signed-out`);
  expect(provider.searchParams.has('id_token_hint')).toBe(true);
  const page = await fetch(`${one.url}/console/sign-in/signed-out`, { redirect: 'manual' });
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('role="button">Sign in</a>')]);

  expect((await sessionOf(browser, one.url)).status).toBe(401);
  expect((await askWith(one.url, before, '{ kycStatusCounts { count } }')).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ]);
  const again = await fetch(`${one.url}/console/sign-in/session`, { method: 'POST', headers: before });
  expect(again.status).toBe(401);
});

test('every instance with the same secret accepts the cookie, and none with another', async () => {
  const browser = new FetchBrowser();
  await signInWith(browser, one.url, 'ada');
  const headers = { cookie: browser.header(one.url), origin: one.url };
  const options = signInOptions(one.provider.issuer, one.url);
  await using second = await startTestServer({ signIn: options });
  await using stranger = await startTestServer({
    signIn: { ...options, secrets: { current: 'another secret, of thirty-two bytes or more' } },
  });
  await using rotated = await startTestServer({
    signIn: {
      ...options,
      secrets: { current: 'the next secret, of thirty-two bytes or more', previous: options.secrets.current },
    },
  });
  for (const [{ url }, isAccepted] of [
    [second, true],
    [rotated, true],
    [stranger, false],
  ] as const) {
    const { errors } = await askWith(url, headers, '{ kycStatusCounts { count } }');
    expect(errors === undefined).toBe(isAccepted);
  }
});

test('roles from the userinfo endpoint, at a nested path', async () => {
  await using two = await startSignInServer({
    provider: { onlyUserinfo: true },
    signIn: { roleClaim: 'realm_access.roles' },
  });
  two.provider.people.set('kim', { preferred_username: 'kim', realm_access: { roles: ['support'] } });
  const browser = new FetchBrowser();
  await signInWith(browser, two.url, 'kim');
  expect((await sessionOf(browser, two.url)).body).toMatchObject({ name: 'kim', mayAdmin: false });
});
