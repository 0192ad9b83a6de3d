/** What a page of another site, a stranger, or a broken provider can do to people who sign in: nothing, slowly or quickly. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FetchBrowser, signInWith } from '../support/fetch-browser.ts';
import { type Behaviour, startOpenidProvider } from '../support/openid-provider.ts';
import { adminToken } from '../support/server.ts';
import { askWith, openSocket, type SignInServer, sessionOf, startSignInServer } from '../support/sign-in.ts';

let one: SignInServer;
let cookie: string;
beforeAll(async () => {
  one = await startSignInServer({ times: { providerMs: 1_000 } });
  const browser = new FetchBrowser();
  await signInWith(browser, one.url, 'ada');
  cookie = browser.header(one.url);
});
afterAll(() => one[Symbol.asyncDispose]());

const QUERY = '{ kycStatusCounts { count } }';
const FOREIGN = ['https://evil.example', 'null', 'http://127.0.0.1', 'http://localhost:1', ''];

test('the cookie counts only with the console’s own origin: over HTTP, in event streams and in upgrades', async () => {
  for (const origin of [undefined, ...FOREIGN]) {
    const headers = { cookie, ...(origin !== undefined && { origin }) };
    const { data, errors } = await askWith(one.url, headers, QUERY);
    expect([origin, data?.['kycStatusCounts'] ?? null, errors?.length]).toEqual([origin, null, 1]);
    const query = encodeURIComponent('subscription { kycUpdates { customerId } }');
    const accept = { accept: 'text/event-stream' };
    for (const path of [`/graphql/stream?query=${query}`, `/graphql?query=${query}`]) {
      const answer = await fetch(`${one.url}${path}`, { headers: { ...headers, ...accept } });
      // 400: Apollo Server takes a GET without its headers for a forged one.
      expect([400, 401, 403]).toContain(answer.status);
      await answer.body?.cancel();
    }
    const { socket, messages, closed } = openSocket(one.server.wsUrl, headers);
    const first = await Promise.race([closed, firstMessage(messages)]);
    if (first === 'connection_ack') {
      // Acknowledged as nobody: its operations answer UNAUTHENTICATED.
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: QUERY } }));
      await expect.poll(() => JSON.stringify(messages.at(-1))).toContain('UNAUTHENTICATED');
      socket.terminate();
    } else expect(first).toBe(403);
  }
  expect((await askWith(one.url, { cookie, origin: one.url }, QUERY)).errors).toBeUndefined();
});

async function firstMessage(messages: readonly { type: string }[]): Promise<string> {
  await expect.poll(() => messages.length).toBeGreaterThan(0);
  return messages[0]?.type ?? '';
}

test('a page of another site can neither read a session nor end it', async () => {
  for (const path of ['session', 'sign-out']) {
    for (const origin of [undefined, ...FOREIGN]) {
      const headers = { cookie, ...(origin !== undefined && { origin }) };
      const answer = await fetch(`${one.url}/console/sign-in/${path}`, { method: 'POST', headers });
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await fetch(`${one.url}/console/sign-in/${path}`, { headers: { cookie } })).status).toBe(405);
  }
  expect((await askWith(one.url, { cookie, origin: one.url }, QUERY)).errors).toBeUndefined();
});

test('a bad token is refused although a good cookie comes with it, and metrics need a token', async () => {
  const headers = { cookie, origin: one.url, authorization: 'Bearer nonsense' };
  expect((await askWith(one.url, headers, QUERY)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  const service = { cookie, origin: one.url, authorization: `Bearer ${await adminToken()}` };
  expect((await askWith(one.url, service, QUERY)).errors).toBeUndefined();
  expect((await fetch(`${one.url}/metrics`, { headers: { cookie } })).status).toBe(401);
});

test('changed, exchanged and oversized cookies are nobody’s', async () => {
  const values = new Map(cookie.split('; ').map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const session = values.get('xgateway-kyc-session') ?? '';
  const renewal = values.get('xgateway-kyc-renewal') ?? '';
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const flipped = `${session.slice(0, 40)}${session[40] === 'A' ? 'B' : 'A'}${session.slice(41)}`;
  const tries = [
    flipped,
    renewal,
    `${session}.x`,
    session.slice(0, -4),
    `${none}.${Buffer.from('{"subject":"ada","scope":"kyc:admin"}').toString('base64url')}.`,
    'x'.repeat(8_000),
    '',
    '%00',
  ];
  for (const value of tries) {
    const { errors } = await askWith(one.url, { cookie: `xgateway-kyc-session=${value}`, origin: one.url }, QUERY);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const asked = await fetch(`${one.url}/console/sign-in/session`, {
      method: 'POST',
      headers: { cookie: `xgateway-kyc-session=${value}; xgateway-kyc-renewal=${session}`, origin: one.url },
    });
    expect(asked.status).toBe(401);
  }
});

test('nothing in a request decides where a sign-in ends', async () => {
  const search =
    '?to=https://evil.example&redirect_uri=https://evil.example&next=//evil.example&returnTo=%2F%2Fevil.example';
  const browser = new FetchBrowser();
  const start = await browser.visit(`${one.url}/console/sign-in/start${search}`, { follows: () => false });
  expect(start.response.headers.get('location')).not.toContain('evil');
  const host = await fetch(`${one.url}/console/sign-in/start`, {
    redirect: 'manual',
    headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-prefix': '/evil' },
  });
  expect(host.headers.get('location')).not.toContain('evil');
  expect((await signInWith(browser, one.url, 'ada')).url).toBe(`${one.url}/console`);
});

test('a return that this browser did not begin, or brings twice, is refused before the provider is asked', async () => {
  const browser = new FetchBrowser();
  let returned = '';
  const follows = (url: string): boolean => {
    if (url.includes('/sign-in/callback')) returned = url;
    return !url.includes('/sign-in/callback');
  };
  const form = await browser.visit(`${one.url}/console/sign-in/start`);
  const before = browser.header(one.url);
  await browser.visit(form.url, { method: 'POST', body: new URLSearchParams({ person: 'ada' }), follows });
  one.provider.requested.length = 0;
  const victim = await fetch(returned, { redirect: 'manual' });
  expect([victim.status, await victim.text()]).toEqual([400, expect.stringContaining('cannot be completed')]);
  for (const change of [
    'state=x&code=y',
    '',
    'error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E',
  ]) {
    const page = await fetch(`${returned.split('?')[0]}?${change}`, {
      redirect: 'manual',
      headers: { cookie: before },
    });
    expect(page.status).toBe(400);
    expect(await page.text()).not.toMatch(/alert\(1\)/);
  }
  const long = await fetch(`${returned}&x=${'y'.repeat(9_000)}`, { redirect: 'manual', headers: { cookie: before } });
  expect(long.status).toBe(400);
  expect(one.provider.requested).toEqual([]);

  const first = await fetch(returned, { redirect: 'manual', headers: { cookie: before } });
  expect(first.status).toBe(303);
  const asked = one.provider.requested.length;
  const again = await fetch(returned, { redirect: 'manual', headers: { cookie: before } });
  expect([again.status, one.provider.requested.length]).toEqual([400, asked]);
});

test('the answer of another issuer is refused', async () => {
  const browser = new FetchBrowser();
  await using other = await startOpenidProvider({ publicUrls: [one.url] });
  let returned = '';
  const follows = (url: string): boolean => {
    if (url.includes('/sign-in/callback')) returned = url;
    return !url.includes('/sign-in/callback');
  };
  const form = await browser.visit(`${one.url}/console/sign-in/start`);
  await browser.visit(form.url, { method: 'POST', body: new URLSearchParams({ person: 'ada' }), follows });
  const mixedUp = new URL(returned);
  mixedUp.searchParams.set('iss', other.issuer);
  const page = await browser.visit(mixedUp.href);
  expect([page.response.status, page.text]).toEqual([400, expect.stringContaining('cannot be completed')]);
});

test('a person who cancels at the provider gets a page, and what the provider wrote is not on it', async () => {
  const browser = new FetchBrowser();
  const form = await browser.visit(`${one.url}/console/sign-in/start`);
  const page = await browser.visit(form.url, { method: 'POST', body: new URLSearchParams({ cancel: '1' }) });
  expect([page.response.status, page.text]).toEqual([403, expect.stringContaining('was cancelled')]);
  expect(page.text).not.toContain('The person cancelled');
  expect(page.response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('a browser keeps at most four attempts, however many tabs begin one', async () => {
  const browser = new FetchBrowser();
  for (let tab = 0; tab < 12; tab++) {
    await browser.visit(`${one.url}/console/sign-in/start`, { follows: () => false });
  }
  const attempts = browser
    .header(one.url)
    .split('; ')
    .filter((pair) => pair.startsWith('xgateway-kyc-sign-in-'));
  expect(attempts.length).toBeLessThanOrEqual(4);
  expect(browser.header(one.url).length).toBeLessThan(4_096);
  // The last one works.
  expect((await signInWith(browser, one.url, 'sam')).url).toBe(`${one.url}/console`);
});

test.each(['down', 'slow', 'garbage', 'failing', 'huge'] as const)(
  'a provider that is %s: a page with status 503 within its time, and callbacks are answered meanwhile',
  async (behaviour: Behaviour) => {
    await using broken = await startSignInServer({ times: { providerMs: 1_000 } });
    broken.provider.behaviour = behaviour;
    const startedAt = performance.now();
    const [page, callback] = await Promise.all([
      new FetchBrowser().visit(`${broken.url}/console/sign-in/start`),
      broken.server.callback('alice', { status: 'KYC_PENDING' }),
    ]);
    expect([page.response.status, callback.status]).toEqual([503, 200]);
    expect(page.text).toContain('The sign-in service does not respond');
    expect(page.response.headers.get('retry-after')).toBe('60');
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  },
);

test('a provider that breaks between its page and the return of the browser: the same page, and no session', async () => {
  const browser = new FetchBrowser();
  const form = await browser.visit(`${one.url}/console/sign-in/start`);
  const page = await browser.visit(form.url, {
    method: 'POST',
    body: new URLSearchParams({ person: 'ada' }),
    follows(url) {
      if (url.includes('/sign-in/callback')) one.provider.behaviour = 'garbage';
      return true;
    },
  });
  one.provider.behaviour = 'ok';
  expect([page.response.status, (await sessionOf(browser, one.url)).status]).toEqual([503, 401]);
});

test('sign-ins that keep the provider busy do not stop signed-in people from renewing their sessions', async () => {
  await using busy = await startSignInServer({ times: { providerMs: 5_000, checkMs: 1_000 } });
  const ada = new FetchBrowser();
  await signInWith(ada, busy.url, 'ada');
  const issuer = encodeURIComponent(busy.provider.issuer);
  const begun = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const start = await fetch(`${busy.url}/console/sign-in/start`, { redirect: 'manual' });
      const state = new URL(start.headers.get('location') ?? '').searchParams.get('state');
      const cookie = start.headers.getSetCookie().map((set) => set.split(';')[0]);
      return {
        url: `${busy.url}/console/sign-in/callback?code=x&state=${state}&iss=${issuer}`,
        cookie: cookie.join('; '),
      };
    }),
  );
  busy.provider.behaviour = 'slow';
  busy.provider.requested.length = 0;
  const returns = begun.map(({ url, cookie: own }) =>
    fetch(url, { redirect: 'manual', headers: { cookie: own } }).then(({ status }) => status),
  );
  await expect.poll(() => busy.provider.requested.length).toBe(48);
  const renewals: Promise<unknown>[] = [];
  await expect
    .poll(() => {
      renewals.push(sessionOf(ada, busy.url));
      return busy.provider.requested.length;
    })
    .toBe(49);
  await Promise.all(renewals);
  expect(new Set(await Promise.all(returns))).toEqual(new Set([503]));
});

test('no code, token, secret or cookie is in the log', () => {
  const log = one.server.logged.join('');
  expect(log).not.toMatch(/code=|eyJ[\w-]{20}|the client secret|the session secret/);
});
