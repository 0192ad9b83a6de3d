/** A gateway for tests: the real one, with its journal in memory, a clock that the test moves, and no port. */
import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import type { KycGateway, KycGatewayOptions } from '../gateway/create.ts';
import { type CallbackContent, callbackFor, TEST_SECRET } from './callbacks.ts';
import { type TestClock, testClock } from './clock.ts';
import { type MemoryFetch, memoryServer } from './memory-server.ts';

const JWT_SECRET = 'the JWT secret of a test gateway, of thirty-two bytes or more';

/** What differs from the defaults of a test gateway: any option of `createKycGateway`. */
export interface TestGatewayOptions extends Partial<KycGatewayOptions> {
  /** Where the clock stands at first. Default: now. */
  readonly now?: Date | number | undefined;
}

/** What a callback was answered with. */
export interface CallbackAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it sent
  readonly body: any;
}

/** A started gateway, and what a test does with it. Dispose of it, or call `stop()`. */
export interface TestGateway extends KycGateway, AsyncDisposable {
  readonly clock: TestClock;
  /**
   * What `fetch` does, answered by the gateway without a port, at any origin: `/callbacks/kyc`, `/graphql`, `/graphql/stream`. Give it to
   * `followKyc({ url: 'http://kyc.test/graphql', transport: 'sse', fetch: gateway.request, token })`.
   */
  readonly request: MemoryFetch;
  /** Sends a signed callback: one of `callbackFor`'s, or a status of `customerId`. */
  callback(status: string | null, content?: Partial<CallbackContent>): Promise<CallbackAnswer>;
  /** Sends any body to the callback endpoint, as it is. */
  deliver(body: unknown): Promise<CallbackAnswer>;
  /** A token: of a customer (`{ sub: 'customer-1' }`), or with a scope (`{ scope: 'kyc:read' }`). Not with an `access` of your own. */
  token(claims?: Readonly<Record<string, unknown>>, expiresInSeconds?: number): Promise<string>;
  /** Runs a GraphQL operation over HTTP, with a `kyc:admin` token unless another is given; null: without one. */
  query(
    document: string,
    variables?: Readonly<Record<string, unknown>>,
    token?: string | null,
    // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  ): Promise<{ data?: any; errors?: readonly { message: string; extensions: { code: string } }[] }>;
}

/**
 * Makes and starts a gateway for a test. Nothing is written to a disk, no port is opened, and nothing is logged.
 *
 * @example
 * ```ts
 * import { createTestGateway } from 'xgateway-kyc/testing';
 *
 * await using gateway = await createTestGateway();
 * await gateway.callback('FULL_USER', { customerId: 'customer-1' });
 * gateway.clock.advance(60_000);
 * console.log((await gateway.kyc('customer-1'))?.verified);
 * ```
 */
export async function createTestGateway({ now, ...options }: TestGatewayOptions = {}): Promise<TestGateway> {
  // Loaded when it is needed: a component test that only fakes a follower needs no server.
  const [{ createKycGateway }, { default: express }] = await Promise.all([
    import('../gateway/create.ts'),
    import('express'),
  ]);
  await using stack = new AsyncDisposableStack();
  const clock = stack.use(testClock(now ?? Date.now()));
  const secret = options.secrets?.current ?? TEST_SECRET;
  const gateway = await createKycGateway({
    secrets: { current: secret },
    databaseUrl: 'sqlite::memory:',
    access: { key: { secret: JWT_SECRET } },
    log: await silentLog(),
    ...options,
  });
  stack.defer(() => gateway.stop());
  await gateway.start();
  const app = express();
  app.use('/callbacks/kyc', gateway.callbacks);
  app.use('/graphql/stream', gateway.stream);
  app.use('/graphql', gateway.graphql);
  const server = stack.use(memoryServer(app as RequestListener));
  const resources = stack.move();

  const token: TestGateway['token'] = async (claims = {}, expiresInSeconds = 3_600) => {
    const { SignJWT } = await import('jose');
    return new SignJWT({ sub: 'test', ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor(clock.now / 1_000) + expiresInSeconds)
      .sign(new TextEncoder().encode(JWT_SECRET));
  };
  const deliver: TestGateway['deliver'] = async (body) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await server.fetch('/callbacks/kyc', { method: 'POST', body: text });
    return { status: response.status, body: await response.json() };
  };
  return {
    ...gateway,
    clock,
    request: server.fetch,
    deliver,
    callback: (status, content) => deliver(callbackFor(status, content, secret)),
    token,
    async query(query, variables, given) {
      const bearer = given === undefined ? await token({ scope: 'kyc:admin' }) : given;
      const response = await server.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(bearer !== null && { authorization: `Bearer ${bearer}` }) },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Awaited<ReturnType<TestGateway['query']>>;
    },
    stop: () => resources.disposeAsync(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function silentLog(): Promise<Logger> {
  const { pino } = await import('pino');
  return pino({ level: 'silent' });
}
