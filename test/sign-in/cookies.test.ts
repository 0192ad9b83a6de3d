import { expect, test } from 'vitest';
import { resetTime, setTime } from '../../src/schedule/clock.ts';
import { cookieJar, MAX_COOKIE_LENGTH, readCookies } from '../../src/sign-in/cookies.ts';
import { SESSION_TIMES } from '../../src/sign-in/options.ts';
import { Sealer } from '../../src/sign-in/sealed.ts';
import { Sessions } from '../../src/sign-in/sessions.ts';

const SECRET = 'a session secret of thirty-two bytes';
const jar = cookieJar('https://kyc.shop.example/kyc');
const sealer = new Sealer({ current: SECRET });
const sessions = new Sessions({ sealer, jar, issuer: 'https://login.shop.example', times: SESSION_TIMES });
const ada = { subject: 'ada', name: 'ada@shop.example' };
const header = (cookies: readonly string[]) => cookies.map((cookie) => cookie.split(';')[0]).join('; ');

test('over https every cookie is __Host-, Secure, HttpOnly, SameSite=Lax, at / and without a domain, under a base path too', () => {
  for (const name of [jar.session, jar.renewal, jar.attempt('x')]) {
    expect(name).toMatch(/^__Host-xgateway-kyc-/);
    for (const cookie of [jar.set(name, 'v'), jar.set(name, 'v', 5_000), jar.clear(name)]) {
      expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Secure(; Max-Age=\d+)?$/);
      expect(cookie).not.toMatch(/domain/i);
    }
  }
});

test('a cookie set by a sibling host without the prefix is not read', async () => {
  const { cookies } = await sessions.start({ person: ada, roles: [], refreshToken: 'r', idToken: 'i' }, 'kyc:read');
  expect(await sessions.read(header(cookies))).toMatchObject({ subject: 'ada' });
  expect(await sessions.read(header(cookies).replaceAll('__Host-', ''))).toBeNull();
  expect(readCookies('a=1; __Host-xgateway-kyc-session=x', jar.session).get(jar.session)).toBe('x');
  expect(readCookies(`${jar.session}=${'x'.repeat(20_000)}`, jar.session).size).toBe(0);
});

test.each([
  ['both tokens', 500, 1_000, true, true],
  ['a large ID token is left out', 1_500, 3_000, true, false],
  ['a large refresh token too: the session is not renewed', 4_000, 1_000, false, false],
])('cookies stay below 4 KB: %s', async (_what, refreshLength, idLength, renews, hints) => {
  const tokens = { refreshToken: 'r'.repeat(refreshLength), idToken: 'i'.repeat(idLength) };
  const { session, cookies } = await sessions.start({ person: ada, roles: [], ...tokens }, 'kyc:admin');
  for (const cookie of cookies) expect(cookie.length).toBeLessThan(MAX_COOKIE_LENGTH + 200);
  const renewal = await sessions.readRenewal(header(cookies));
  expect([renewal?.refreshToken != null, renewal?.idToken != null]).toEqual([renews, hints]);
  const lastsMs = session.until - (session.ends - SESSION_TIMES.maxMs);
  expect(lastsMs).toBe(renews ? SESSION_TIMES.checkMs : SESSION_TIMES.uncheckedMs);
});

test('another issuer, another secret, another purpose and the time end a session', async () => {
  const { session, cookies } = await sessions.start(
    { person: ada, roles: [], refreshToken: 'r', idToken: 'i' },
    'kyc:read',
  );
  const elsewhere = new Sessions({ sealer, jar, issuer: 'https://other.example', times: SESSION_TIMES });
  expect(await elsewhere.read(header(cookies))).toBeNull();
  expect(await elsewhere.readRenewal(header(cookies))).toBeNull();
  const [first = ''] = cookies;
  const sealed = header([first]).slice(jar.session.length + 1);
  expect(await sealer.open('renewal', sealed)).toBeNull();
  expect(await new Sealer({ current: `${SECRET}!` }).open('session', sealed)).toBeNull();
  expect(await new Sealer({ current: `${SECRET}!`, previous: SECRET }).open('session', sealed)).toMatchObject(ada);
  try {
    setTime(session.until - 1);
    expect(await sessions.read(header(cookies))).not.toBeNull();
    setTime(session.until);
    expect(await sessions.read(header(cookies))).toBeNull();
    setTime(session.ends);
    expect(await sessions.readRenewal(header(cookies))).toBeNull();
  } finally {
    resetTime();
  }
});

test('a secret that is too short is refused, and the one in use stays', async () => {
  expect(() => new Sealer({ current: 'short' })).toThrow(TypeError);
  const own = new Sealer({ current: SECRET });
  const sealed = await own.seal('session', { a: 1 });
  expect(() => own.rotate({ current: SECRET, previous: 'short' })).toThrow(TypeError);
  expect(await own.open('session', sealed)).toEqual({ a: 1 });
});
