/** Sessions over time: they are renewed, a role that was taken away ends them, and so does their end. */
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { FetchBrowser, signInWith } from '../support/fetch-browser.ts';
import {
  askWith,
  openSocket,
  type SignInServer,
  type SignInServerOptions,
  sessionOf,
  startSignInServer,
} from '../support/sign-in.ts';

let one: SignInServer | null = null;
afterEach(async () => {
  await one?.[Symbol.asyncDispose]();
  one = null;
});

async function signedIn(options: SignInServerOptions, person = 'ada') {
  one = await startSignInServer(options);
  const browser = new FetchBrowser();
  await signInWith(browser, one.url, person);
  return { ...one, browser };
}

test('a session is renewed by asking the provider, and its socket closes with 4403 at the end of the last one', async () => {
  const { browser, url, server, provider } = await signedIn({ times: { checkMs: 1_500, idleMs: 60_000 } });
  const first = await sessionOf(browser, url);
  const { messages, closed } = openSocket(server.wsUrl, { cookie: browser.header(url), origin: url });
  await eventually(() => messages.some(({ type }) => type === 'connection_ack'));
  provider.requested.length = 0;
  await eventually(async () => ((await sessionOf(browser, url)).body.expiresAt ?? 0) > (first.body.expiresAt ?? 0));
  expect(provider.requested).toContain('/token');
  expect(await closed).toBe(4403);
  expect(Date.now()).toBeGreaterThanOrEqual(first.body.expiresAt ?? 0);
});

test('several tabs that renew at once use the refresh token once', async () => {
  const { browser, url, provider } = await signedIn({ times: { checkMs: 200, idleMs: 60_000 } });
  await eventually(async () => {
    const { errors } = await askWith(
      url,
      { cookie: browser.header(url), origin: url },
      '{ kycStatusCounts { count } }',
    );
    return errors !== undefined;
  });
  provider.requested.length = 0;
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      fetch(`${url}/console/sign-in/session`, {
        method: 'POST',
        headers: { cookie: browser.header(url), origin: url },
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(provider.requested.filter((path) => path === '/token')).toHaveLength(1);
});

test('a role that was taken away, changed or a person who was removed: at the next check', async () => {
  const { browser, url, provider } = await signedIn({ times: { checkMs: 300, idleMs: 60_000 } });
  provider.people.set('ada', { email: 'ada@shop.example', email_verified: true, roles: ['support'] });
  await eventually(async () => (await sessionOf(browser, url)).body.mayAdmin === false);
  provider.people.set('ada', { roles: ['cleaning'] });
  await eventually(async () => (await sessionOf(browser, url)).status === 401);
  expect(browser.header(url)).toBe('');

  const sams = new FetchBrowser();
  await signInWith(sams, url, 'sam');
  provider.people.delete('sam');
  await eventually(async () => (await sessionOf(sams, url)).status === 401);
});

test('while the provider is down a session lasts until its end, and is renewed when the provider is back', async () => {
  const { browser, url, provider } = await signedIn({ times: { checkMs: 2_000, idleMs: 60_000, providerMs: 500 } });
  provider.behaviour = 'down';
  await eventually(async () => (await sessionOf(browser, url)).status === 503);
  expect((await sessionOf(browser, url)).body.error?.code).toBe('AUTHENTICATION_UNAVAILABLE');
  provider.behaviour = 'ok';
  await eventually(async () => (await sessionOf(browser, url)).status === 200);
});

test('without a refresh token a session lasts its time and is not renewed', async () => {
  const { browser, url } = await signedIn({ provider: { refreshes: false }, times: { uncheckedMs: 1_000 } });
  expect((await sessionOf(browser, url)).body.renewAt).toBeNull();
  await eventually(async () => (await sessionOf(browser, url)).status === 401);
});

test('nothing renews a session beyond its absolute end, nor one that was idle too long', async () => {
  const { browser, url } = await signedIn({ times: { checkMs: 300, maxMs: 1_500, idleMs: 60_000 } });
  const startedAt = performance.now();
  await eventually(async () => (await sessionOf(browser, url)).status === 401);
  expect(performance.now() - startedAt).toBeLessThan(4_000);
  await one?.[Symbol.asyncDispose]();

  const idle = await signedIn({ times: { checkMs: 200, idleMs: 400 } });
  const { cookie } = { cookie: idle.browser.header(idle.url) };
  await eventually(async () => {
    const answer = await fetch(`${idle.url}/console/sign-in/session`, {
      method: 'POST',
      headers: { cookie, origin: idle.url },
    });
    return answer.status === 401;
  });
});
