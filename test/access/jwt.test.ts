/** Who is it: which tokens are believed, for how long, and what they say of their bearer. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type JwtOptions, jwtAuthenticator } from '../../src/access/jwt.ts';
import type { Authenticate, Viewer } from '../../src/access/viewer.ts';
import { followKyc } from '../../src/client/index.ts';
import { JWT_SECRET, startTestServer, token } from '../support/server.ts';

const secret = new TextEncoder().encode(JWT_SECRET);
const withSecret: JwtOptions = { key: { secret: JWT_SECRET } };

const signed = (claims: JWTPayload, alg = 'HS256', key: Parameters<SignJWT['sign']>[0] = secret, kid?: string) =>
  new SignJWT({ exp: Math.floor(Date.now() / 1_000) + 3_600, ...claims })
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .sign(key);

const bearerOf = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const viewerOf = async (authenticate: Authenticate, bearer: string): Promise<Viewer | null> =>
  authenticate(bearerOf(bearer));
const refused = (authenticate: Authenticate, bearer: string) =>
  expect(viewerOf(authenticate, bearer)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('with a shared secret', () => {
  const authenticate = jwtAuthenticator(withSecret);

  test('HS256 and nothing else', async () => {
    expect(await viewerOf(authenticate, await signed({ sub: 'c' }))).toMatchObject({ subject: 'c', customerId: 'c' });
    const long = JWT_SECRET.repeat(2);
    const key = new TextEncoder().encode(long);
    for (const alg of ['HS384', 'HS512']) {
      await refused(jwtAuthenticator({ key: { secret: long } }), await signed({ sub: 'c' }, alg, key));
    }
    await refused(authenticate, new UnsecuredJWT({ sub: 'c' }).setExpirationTime('1h').encode());
    const { privateKey } = await generateKeyPair('RS256');
    await refused(authenticate, await signed({ sub: 'c' }, 'RS256', privateKey));
  });

  test("a service's token without sub is its client, else the token itself: two services never share a subject", async () => {
    const subject = async (claims: JWTPayload) =>
      (await viewerOf(authenticate, await signed({ scope: 'kyc:read', ...claims })))?.subject;
    expect(await subject({ sub: 's', client_id: 'c' })).toBe('s');
    for (const claim of ['client_id', 'azp', 'cid', 'appid']) {
      expect([claim, await subject({ [claim]: 'billing' })]).toEqual([claim, 'client:billing']);
    }
    expect(await subject({ sub: '', azp: 'billing' })).toBe('client:billing');
    expect(await subject({ client_id: 7, jti: 'id-1' })).toBe('token:id-1');
    const [one, same, other] = [await subject({ n: 1 }), await subject({ n: 1 }), await subject({ n: 2 })];
    expect(one).toMatch(/^token:[\w-]{16}$/);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test('another secret, another word, or half a token', async () => {
    const good = await signed({ sub: 'c' });
    await refused(authenticate, await signed({ sub: 'c' }, 'HS256', new TextEncoder().encode('x'.repeat(32))));
    await refused(authenticate, good.slice(0, -2));
    await refused(authenticate, `${good} ${good}`);
    for (const header of [good, `Basic ${good}`, 'Bearer', 'Bearer ', `Bearer${good}`]) {
      await expect((async () => authenticate({ headers: { authorization: header } }))()).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
    expect(await authenticate({ headers: { authorization: `bearer ${good}` } })).toMatchObject({ subject: 'c' });
    expect(await authenticate({ headers: {} })).toBeNull();
    expect(await authenticate({ headers: { authorization: '' } })).toBeNull();
  });

  test('exp is required, and a number; nbf is heeded', async () => {
    const now = Math.floor(Date.now() / 1_000);
    await refused(authenticate, await new SignJWT({ sub: 'c' }).setProtectedHeader({ alg: 'HS256' }).sign(secret));
    await refused(authenticate, await signed({ sub: 'c', exp: now - 6 }));
    await refused(authenticate, await signed({ sub: 'c', exp: '9999999999' as unknown as number }));
    await refused(authenticate, await signed({ sub: 'c', nbf: now + 60 }));
  });

  test('the clocks may differ by 5 seconds; the viewer expires when they are over', async () => {
    const now = Math.floor(Date.now() / 1_000);
    expect(await viewerOf(authenticate, await signed({ sub: 'c', exp: now - 1 }))).toMatchObject({
      expiresAt: (now + 4) * 1_000,
    });
    expect(await viewerOf(authenticate, await signed({ sub: 'c', nbf: now + 3 }))).toMatchObject({ subject: 'c' });
  });

  test('an exp beyond all dates, and a sub that cannot be a customer ID', async () => {
    expect((await viewerOf(authenticate, await signed({ sub: 'c', exp: 1e300 })))?.expiresAt).toBeLessThan(8.64e15);
    for (const sub of ['\ud800', 'a\u0000b', '..', 'x'.repeat(257)]) {
      expect(await viewerOf(authenticate, await signed({ sub }))).toMatchObject({ customerId: null });
    }
  });

  test('issuer and audience, when they are set', async () => {
    const strict = jwtAuthenticator({ ...withSecret, issuer: 'https://id.example', audience: 'kyc' });
    const claims = { sub: 'c', iss: 'https://id.example', aud: ['other', 'kyc'] };
    expect(await viewerOf(strict, await signed(claims))).toMatchObject({ subject: 'c' });
    for (const wrong of [{ iss: 'https://evil.example' }, { aud: 'other' }]) {
      await refused(strict, await signed({ ...claims, ...wrong }));
    }
    await refused(strict, await signed({ sub: 'c', aud: 'kyc' }));
    await refused(strict, await signed({ sub: 'c', iss: 'https://id.example' }));
  });

  test('scopes are whole words in scope, scp or permissions', async () => {
    const may = async (claims: object) => {
      const viewer = await viewerOf(authenticate, await signed({ sub: 's', ...claims }));
      return [viewer?.mayRead, viewer?.mayAdmin];
    };
    const almost = [
      'kyc:reader',
      'xkyc:read',
      'kyc:read,kyc:admin',
      'kyc',
      'KYC:READ',
      ['kyc:read kyc:admin'],
      7,
      null,
    ];
    for (const claim of ['scope', 'scp', 'permissions']) {
      expect(await may({ [claim]: 'openid kyc:read' })).toEqual([true, false]);
      expect(await may({ [claim]: ['kyc:admin'] })).toEqual([true, true]);
      for (const words of [...almost, { 'kyc:read': true }]) {
        expect([claim, words, ...(await may({ [claim]: words }))]).toEqual([claim, words, false, false]);
      }
    }
    expect(await may({ roles: 'kyc:admin' })).toEqual([false, false]);
  });

  test('the customer is in the claim that is named', async () => {
    const claim = 'https://shop.example/customer';
    const custom = jwtAuthenticator({ ...withSecret, customerClaim: claim });
    const viewer = async (customer: unknown) => viewerOf(custom, await signed({ sub: 'login-7', [claim]: customer }));
    expect(await viewer('c')).toMatchObject({ subject: 'login-7', customerId: 'c' });
    for (const customer of [7, '', null, ['c'], { id: 'c' }]) {
      expect(await viewer(customer)).toMatchObject({ customerId: null });
    }
  });
});

/** An issuer's keys over HTTP, as `JWT_JWKS_URL` points at them. */
async function issuer() {
  const keys: object[] = [];
  let requests = 0;
  let isDown = false;
  const server = createServer((_request, response) => {
    requests++;
    response.statusCode = isDown ? 500 : 200;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    requests: () => requests,
    /** From now on it fails, or works again. */
    fail(down: boolean) {
      isDown = down;
    },
    /** Makes a key pair, and publishes the public half. */
    async newKey(alg: string, kid: string) {
      const pair = await generateKeyPair(alg, { extractable: true });
      keys.push({ ...(await exportJWK(pair.publicKey)), alg, kid, use: 'sig' });
      return pair;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("with an issuer's keys", () => {
  test('asymmetric algorithms, by key ID, fetched once', async () => {
    await using keys = await issuer();
    const authenticate = jwtAuthenticator({ key: { jwksUrl: keys.jwksUrl } });
    const algorithms = ['RS256', 'ES256', 'EdDSA'];
    const pairs = await Promise.all(algorithms.map((alg) => keys.newKey(alg, `key ${alg}`)));
    for (const [index, alg] of algorithms.entries()) {
      const bearer = await signed({ sub: alg }, alg, pairs[index]?.privateKey, `key ${alg}`);
      expect(await viewerOf(authenticate, bearer)).toMatchObject({ subject: alg });
    }
    expect(keys.requests()).toBe(1);
    const stranger = (await generateKeyPair('RS256')).privateKey;
    await refused(authenticate, await signed({ sub: 'c' }, 'RS256', stranger, 'key RS256'));
    await refused(authenticate, await signed({ sub: 'c' }, 'RS256', pairs[0]?.privateKey, 'unknown'));
  });

  test('a public key is no shared secret: HS256 signed with it is refused', async () => {
    await using keys = await issuer();
    const { publicKey } = await keys.newKey('RS256', 'one');
    const authenticate = jwtAuthenticator({ key: { jwksUrl: keys.jwksUrl } });
    for (const text of [await exportSPKI(publicKey), JSON.stringify(await exportJWK(publicKey))]) {
      const confused = new TextEncoder().encode(text);
      await refused(authenticate, await signed({ sub: 'c', scope: 'kyc:admin' }, 'HS256', confused, 'one'));
    }
    await refused(authenticate, new UnsecuredJWT({ sub: 'c' }).setExpirationTime('1h').encode());
  });

  test('while an issuer is unreachable, tokens are neither accepted nor called invalid', async () => {
    const authenticate = jwtAuthenticator({ key: { jwksUrl: 'http://127.0.0.1:1/jwks.json' } });
    const { privateKey } = await generateKeyPair('ES256');
    const asked = viewerOf(authenticate, await signed({ sub: 'c' }, 'ES256', privateKey));
    await expect(asked).rejects.toMatchObject({ code: 'AUTHENTICATION_UNAVAILABLE' });
  });

  test('while the keys cannot be fetched, clients get 503 and reconnect, and are authenticated once they can be', async () => {
    await using keys = await issuer();
    const { privateKey } = await keys.newKey('ES256', 'one');
    keys.fail(true);
    await using server = await startTestServer({}, { access: { key: { jwksUrl: keys.jwksUrl } } });
    await server.callback('alice', { status: 'CREATED' });
    const bearer = await signed({ sub: 'alice', scope: 'kyc:admin' }, 'ES256', privateKey, 'one');
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ myKyc { status } }' });
    for (const path of ['/graphql', '/graphql/stream']) {
      const answer = await fetch(server.url + path, { method: 'POST', headers, body });
      expect([answer.status, answer.headers.get('retry-after')], path).toEqual([503, '5']);
      const answered = await answer.json();
      expect(answered).toMatchObject({ errors: [{ extensions: { code: 'AUTHENTICATION_UNAVAILABLE' } }] });
    }
    expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(503);

    using stack = new DisposableStack();
    const followers = (['auto', 'sse'] as const).map((transport) => {
      const reasons: string[] = [];
      const ways: string[] = [];
      const updates: unknown[] = [];
      const follower = followKyc({
        url: `${server.url}/graphql`,
        // The same all the time: with one that is called bad, it would give up.
        token: bearer,
        transport,
        retryDelay: () => 20,
        onState(state) {
          if (state.name === 'retrying') reasons.push(state.reason.code);
          if (state.name === 'live') ways.push(state.transport);
        },
        onUpdate: (update) => updates.push(update),
      });
      stack.defer(() => follower.close());
      return { reasons, ways, updates };
    });
    for (const { reasons } of followers) {
      await vi.waitUntil(() => reasons.length > 1);
      expect(new Set(reasons)).toEqual(new Set(['AUTHENTICATION_UNAVAILABLE']));
    }
    keys.fail(false);
    for (const { updates } of followers) {
      // An issuer that has failed is asked again after some seconds.
      await vi.waitUntil(() => updates.length > 0, { timeout: 10_000 });
      expect(updates).toMatchObject([{ customerId: 'alice', status: 'CREATED' }]);
    }
    // The way to the gateway was open all the time: nobody looked for another.
    expect(followers.map(({ ways }) => ways)).toEqual([['websocket'], ['sse']]);
  });

  test('fetched keys stay in use while the issuer is unreachable; an unknown key may be a new one', async () => {
    await using keys = await issuer();
    const { privateKey } = await keys.newKey('ES256', 'one');
    const authenticate = jwtAuthenticator({ key: { jwksUrl: keys.jwksUrl } });
    await viewerOf(authenticate, await signed({ sub: 'early' }, 'ES256', privateKey, 'one'));
    keys.fail(true);
    const late = await signed({ sub: 'late' }, 'ES256', privateKey, 'one');
    expect(await viewerOf(authenticate, late)).toMatchObject({ subject: 'late' });
    // Keys are asked for again half a minute after they were fetched.
    vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ['Date'] });
    const unknown = viewerOf(authenticate, await signed({ sub: 'c' }, 'ES256', privateKey, 'two'));
    await expect(unknown).rejects.toMatchObject({ code: 'AUTHENTICATION_UNAVAILABLE' });
  });
});

test('a verified token is cached for a minute at most, and never beyond exp', async () => {
  const now = 1_800_000_000;
  vi.useFakeTimers({ now: now * 1_000, toFake: ['Date'] });
  let elapsed = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => 1 + elapsed);
  const pass = (milliseconds: number) => {
    elapsed += milliseconds;
    vi.setSystemTime(now * 1_000 + elapsed);
  };
  const authenticate = jwtAuthenticator(withSecret);
  const [long, short] = [
    await signed({ sub: 'long', exp: now + 3_600 }),
    await signed({ sub: 'short', exp: now + 30 }),
  ];
  // A viewer that is remembered is given at once; a token that has to be verified is a promise.
  const isRemembered = (bearer: string) => {
    const answer = authenticate(bearerOf(bearer));
    if (!(answer instanceof Promise)) return true;
    answer.catch(() => {});
    return false;
  };
  for (const bearer of [long, short]) await viewerOf(authenticate, bearer);
  expect([isRemembered(long), isRemembered(short)]).toEqual([true, true]);
  pass(35_000);
  expect(isRemembered(long)).toBe(true);
  await refused(authenticate, short);
  pass(25_001);
  // The cache itself looks at the clock once a millisecond.
  await vi.waitUntil(() => !isRemembered(long));
});

test('while a secret is rotated, tokens of both are accepted; a removed one is refused at once, cached or not', async () => {
  const NEW = 'the new JWT secret of the tests, of thirty-two bytes or more';
  const bytes = (secret: string) => new TextEncoder().encode(secret);
  const [old, fresh] = [await signed({ sub: 'c' }), await signed({ sub: 'c' }, 'HS256', bytes(NEW))];
  const authenticate = jwtAuthenticator(withSecret);
  await viewerOf(authenticate, old);
  await refused(authenticate, fresh);
  authenticate.rotate({ secret: NEW, previous: JWT_SECRET });
  for (const bearer of [old, fresh]) expect(await viewerOf(authenticate, bearer)).toMatchObject({ subject: 'c' });
  // Verified with the secrets of before, and answered after they were replaced: it must not be remembered.
  const late = viewerOf(authenticate, await signed({ sub: 'late' }));
  authenticate.rotate({ secret: NEW });
  await late.catch(() => {});
  await refused(authenticate, old);
  await refused(authenticate, await signed({ sub: 'late' }));
  expect(await viewerOf(authenticate, fresh)).toMatchObject({ subject: 'c' });
  for (const secrets of [{ secret: 'short' }, { secret: NEW, previous: '' }]) {
    expect(() => authenticate.rotate(secrets)).toThrow(TypeError);
  }
  expect(await viewerOf(authenticate, fresh)).toMatchObject({ subject: 'c' });
  const keys = jwtAuthenticator({ key: { jwksUrl: 'https://id.example/keys' } });
  expect(() => keys.rotate({ secret: NEW })).toThrow(/issuer/);
});

test('the cache of verified tokens holds digests, never a token', async () => {
  const set = vi.spyOn(LRUCache.prototype, 'set');
  await viewerOf(jwtAuthenticator(withSecret), await signed({ sub: 'c' }));
  const keys = new Set(set.mock.calls.map(([key]) => String(key)));
  // Verifications that an earlier test did not wait for may be among them.
  expect(keys.size).toBeGreaterThan(0);
  for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9+/]{43}=$/);
});

test("an owner's own authenticate replaces all this, over every transport: by a cookie, say", async () => {
  const users: Record<string, Partial<Viewer>> = { alice: { customerId: 'alice' }, staff: { mayRead: true } };
  const authenticate: Authenticate = async ({ headers }) => {
    const user = users[headers.cookie?.replace('session=', '') ?? ''];
    if (user === undefined) return null;
    return { subject: 's', customerId: null, mayRead: false, mayAdmin: false, expiresAt: null, ...user };
  };
  await using server = await startTestServer({}, { access: authenticate });
  await server.callback('alice', { status: 'CREATED' });
  const over = {
    HTTP: async (headers: Record<string, string>, query: string) => {
      const body = JSON.stringify({ query });
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
      return (await fetch(`${server.url}/graphql`, init)).json();
    },
    WebSocket: async (headers: Record<string, string>, query: string) => {
      class WithHeaders extends WebSocket {
        constructor(address: string, protocols: string) {
          super(address, protocols, { headers });
        }
      }
      const connectionParams = { authorization: headers['authorization'] };
      const client = createClient({
        url: server.wsUrl,
        webSocketImpl: WithHeaders,
        retryAttempts: 0,
        connectionParams,
      });
      const result = client.iterate({ query }).next();
      return (await result.finally(() => void client.dispose())).value;
    },
    SSE: async (headers: Record<string, string>, query: string) => {
      const client = createSseClient({ url: `${server.url}/graphql/stream`, headers, retryAttempts: 0 });
      return (
        await client
          .iterate({ query })
          .next()
          .finally(() => client.dispose())
      ).value;
    },
  };
  const query = '{ kyc(customerId: "alice") { status } }';
  for (const ask of Object.values(over)) {
    for (const user of ['alice', 'staff']) {
      expect(await ask({ cookie: `session=${user}` }, query)).toEqual({ data: { kyc: { status: 'CREATED' } } });
    }
    const all = await ask({ cookie: 'session=alice' }, '{ kycStatusCounts { count } }');
    expect(all).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  }
  // Tokens of the kind that it replaces are nothing to it.
  const stranger = { authorization: `Bearer ${await token({ sub: 'alice' })}` };
  expect(await over.HTTP(stranger, query)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  await expect(over.WebSocket(stranger, query)).rejects.toMatchObject({ code: 4403 });
  await expect(over.SSE(stranger, query)).rejects.toMatchObject({ response: { status: 401 } });
});

test('an authenticate that throws says nothing about the client: HTTP answers 500, and a socket is closed with a code to retry', async () => {
  const authenticate: Authenticate = async () => {
    throw new Error('The sessions are not there.');
  };
  await using server = await startTestServer({}, { access: authenticate });
  for (const path of ['/graphql', '/graphql/stream']) {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    };
    const answer = await fetch(server.url + path, init);
    expect([path, answer.status]).toEqual([path, 500]);
    expect(await answer.text()).not.toContain('sessions');
  }
  const client = createClient({ url: server.wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  const asked = client.iterate({ query: '{ __typename }' }).next();
  await expect(asked.finally(() => void client.dispose())).rejects.toMatchObject({ code: 1013 });
});
