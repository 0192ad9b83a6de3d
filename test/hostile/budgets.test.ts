/** Budgets: how much one subject executes at once, whatever its transports, and what is executed after its token's end. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createClient as createSseClient } from 'graphql-sse';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Authenticate } from '../../src/access/viewer.ts';
import { adminToken, startTestServer, type TestServer, token } from '../support/server.ts';
import { API_KEY, startXgateway, type XgatewayStandIn } from '../support/xgateway.ts';

let xgateway: XgatewayStandIn;
/** What the stand-in has not answered. */
let held: ServerResponse[];

beforeEach(async () => {
  held = [];
  xgateway = await startXgateway();
  xgateway.misbehave = (_id, response) => held.push(response) > 0;
});
afterEach(() => xgateway[Symbol.asyncDispose]());

/** Two operations of a service at once; three more wait. */
const start = (options: Parameters<typeof startTestServer>[1] = {}): Promise<TestServer> =>
  startTestServer(
    {
      xgatewayApi: { key: API_KEY, url: xgateway.url },
      limits: { service: { concurrentOperations: 2, queuedOperations: 3 } },
    },
    { ...options, confirmationSchedule: { concurrency: 10 } },
  );

const REFRESH = 'mutation ($id: ID!) { refreshKyc(customerId: $id) { outcome } }';
const answerHeld = (): void => {
  for (const response of held.splice(0)) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"success":false,"errors":[{"code":"NOT_FOUND","message":"unknown"}]}');
  }
};

describe('a subject executes two operations at once, over all transports together', () => {
  test('three more wait; one more is refused with 429 and Retry-After, or with retryAfter on the operation', async () => {
    await using server = await start();
    const bearer = await adminToken();
    const sse = createSseClient({
      url: `${server.url}/graphql/stream`,
      headers: { authorization: `Bearer ${bearer}` },
    });
    const overSse = (query: string, id?: string) => sse.iterate({ query, ...(id && { variables: { id } }) }).next();
    await using socket = server.follow(REFRESH, bearer, { id: 'b' });
    const accepted = [
      server.query(REFRESH, bearer, { id: 'a' }),
      socket.next(),
      overSse(REFRESH, 'c'),
      server.query(REFRESH, bearer, { id: 'd' }),
      server.query(REFRESH, bearer, { id: 'e' }),
    ];
    await expect.poll(() => held.length).toBe(2);
    // The three others wait: asking once more is refused as soon as they do.
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` };
    const body = '{"query":"{ __typename }"}';
    const post = () =>
      fetch(`${server.url}/graphql`, { method: 'POST', headers, body, signal: AbortSignal.timeout(500) });
    await expect.poll(async () => (await post().catch(() => null))?.status, { timeout: 10_000 }).toBe(429);
    const refused = await post();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    const error = { extensions: { code: 'TOO_MANY_REQUESTS', retryAfter: 1 } };
    expect(await refused.json()).toMatchObject({ errors: [error] });
    expect((await overSse('{ __typename }')).value).toMatchObject({ errors: [error] });
    await using another = server.follow('{ __typename }', bearer);
    await expect(another.next()).rejects.toMatchObject([error]);
    // Others have their own budget.
    expect(await server.query('{ __typename }', await token({ sub: 'somebody else' }))).toEqual({
      data: { __typename: 'Query' },
    });
    expect(held).toHaveLength(2);
    const answered = Promise.all(accepted);
    const answering = setInterval(answerHeld, 5);
    expect(JSON.stringify(await answered).match(/UNKNOWN_TO_XGATEWAY/g)).toHaveLength(5);
    clearInterval(answering);
    expect(await server.query('{ __typename }', bearer)).toEqual({ data: { __typename: 'Query' } });
    sse.dispose();
  });

  test('an operation whose token expires while it waits is not executed', async () => {
    let expiresAt: number | null = null;
    const authenticate: Authenticate = () => ({
      subject: 's',
      customerId: null,
      mayRead: true,
      mayAdmin: true,
      get expiresAt() {
        return expiresAt;
      },
    });
    await using server = await start({ access: authenticate });
    await server.callback('victim', { status: 'CREATED' });
    const busy = ['a', 'b'].map((id) => server.query(REFRESH, undefined, { id }));
    await expect.poll(() => held.length).toBe(2);
    const late = server.query('mutation { eraseKyc(customerId: "victim") { erasedUpdates } }');
    // It has arrived once one more of the same subject would be the third that waits.
    await server.metric('process_cpu_seconds_total');
    expiresAt = 1;
    answerHeld();
    await Promise.all(busy);
    expect(await late).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expiresAt = null;
    const { data } = await server.query('{ kyc(customerId: "victim") { revision } }');
    expect(data.kyc.revision).toBe(1);
  });
});

test('after all clients are gone and a collection, the heap is back within 10 MiB, whatever they sent', async () => {
  const child = fork(new URL('./heap-child.ts', import.meta.url), { execArgv: ['--expose-gc'] });
  const [result] = (await once(child, 'message')) as [{ before: number; after: number }];
  child.kill();
  const mebibytes = (bytes: number) => Math.round((bytes / 1024 / 1024) * 10) / 10;
  expect(mebibytes(result.after - result.before), JSON.stringify(result)).toBeLessThan(10);
}, 120_000);
