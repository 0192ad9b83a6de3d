import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, type SubscriptionForwarder, subscriptionExchange } from '@urql/core';
import { createClient, type FormattedExecutionResult, type Sink } from 'graphql-ws';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createResumingClient, followKyc } from '../../src/client/index.ts';
import { startTestServer, type TestServer, token } from '../support/server.ts';
import { type TcpProxy, tcpProxy, through } from '../support/tcp-proxy.ts';

/** Everybody follows one customer through 2,000 callbacks; each is cut off 20 times, at random updates; the server restarts in the middle. */
const CALLBACKS = 2_000;
const CUTS = 20;
const SENDERS = 8;

const SUBSCRIPTION = `subscription ($after: String) { kycStatusChanged(after: $after) { cursor } }`;
type Result = FormattedExecutionResult<{ kycStatusChanged: { cursor: string } }>;

interface Access {
  /** The GraphQL endpoint, through a proxy of the follower's own. */
  readonly url: string;
  readonly wsUrl: string;
  readonly bearer: () => Promise<string>;
  readonly took: (cursor: string) => void;
}

/** Each starts to follow, and says how to stop. */
const clients: Record<string, (access: Access) => () => void> = {
  'followKyc over WebSocket': (access) => follow(access, 'websocket'),
  'followKyc over server-sent events': (access) => follow(access, 'sse'),

  "graphql-ws' client as it is, with a loop around it": ({ wsUrl, bearer, took }) => {
    const connectionParams = async () => ({ authorization: `Bearer ${await bearer()}` });
    const client = createClient({ url: wsUrl, connectionParams, retryAttempts: 0 });
    let after: string | null = null;
    let stopped = false;
    const loop = async () => {
      while (!stopped) {
        try {
          for await (const { data } of client.iterate({
            query: SUBSCRIPTION,
            variables: { after },
          }) as AsyncIterable<Result>) {
            after = data?.kycStatusChanged.cursor ?? null;
            took(after ?? 'nothing');
          }
        } catch {
          // Again, from the cursor.
        }
      }
    };
    void loop();
    return () => {
      stopped = true;
      // It rejects when it is in the middle of connecting.
      Promise.resolve(client.dispose()).catch(() => {});
    };
  },

  'the resuming client': ({ wsUrl, bearer, took }) => {
    const client = resumingClient(wsUrl, bearer);
    client.subscribe<{ kycStatusChanged: { cursor: string } }>(
      { query: SUBSCRIPTION },
      {
        next: ({ data }) => took(data?.kycStatusChanged.cursor ?? 'nothing'),
        error: (error) => took(String(error)),
        complete: () => {},
      },
    );
    return () => void client.dispose();
  },

  'Apollo Client over the resuming client': ({ wsUrl, bearer, took }) => {
    const client = resumingClient(wsUrl, bearer);
    const apollo = new ApolloClient({ link: new GraphQLWsLink(client), cache: new InMemoryCache() });
    const subscription = apollo
      .subscribe<{ kycStatusChanged: { cursor: string } }>({ query: gql(SUBSCRIPTION), fetchPolicy: 'no-cache' })
      .subscribe({
        next: ({ data, error }) => took(data?.kycStatusChanged.cursor ?? String(error)),
        error: (error) => took(String(error)),
      });
    return () => {
      subscription.unsubscribe();
      apollo.stop();
      void client.dispose();
    };
  },

  'urql over the resuming client': ({ url, wsUrl, bearer, took }) => {
    const client = resumingClient(wsUrl, bearer);
    const forwardSubscription: SubscriptionForwarder = ({ query = '', variables = {} }) => ({
      subscribe: (sink) => ({ unsubscribe: client.subscribe({ query, variables: { ...variables } }, sink as Sink) }),
    });
    const urql = new Client({
      url,
      exchanges: [subscriptionExchange({ forwardSubscription })],
      preferGetMethod: false,
    });
    const { unsubscribe } = urql
      .subscription<{ kycStatusChanged: { cursor: string } }>(SUBSCRIPTION, {})
      .subscribe(({ data, error }) => took(data?.kycStatusChanged.cursor ?? String(error)));
    return () => {
      unsubscribe();
      void client.dispose();
    };
  },
};

function follow({ url, bearer, took }: Access, transport: 'websocket' | 'sse') {
  const onUpdate = ({ cursor }: { cursor: string }) => took(cursor);
  return followKyc({ url, token: bearer, transport, retryDelay: (failures) => failures * 10, onUpdate }).close;
}

function resumingClient(url: string, bearer: () => Promise<string>) {
  const connectionParams = async () => ({ authorization: `Bearer ${await bearer()}` });
  return createResumingClient({ url, connectionParams, retryDelay: (failures) => failures * 10 });
}

const taken = new Map(Object.keys(clients).map((name) => [name, { cursors: [] as string[], cuts: 0 }]));
let journal: string[] = [];
let stack: AsyncDisposableStack;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const server = stack.use(await startTestServer({ callbacksPerCustomerPerMinute: 0 }));
  const proxies: TcpProxy[] = [];
  const bearer = () => token({ sub: 'c' });
  await send(server, 0);
  for (const [name, start] of Object.entries(clients)) {
    const proxy = stack.use(await tcpProxy(Number(new URL(server.url).port)));
    proxies.push(proxy);
    const log = taken.get(name) as { cursors: string[]; cuts: number };
    const moments = new Set<number>();
    while (moments.size < CUTS) moments.add(1 + Math.floor(Math.random() * (CALLBACKS - 2)));
    const took = (cursor: string) => {
      log.cursors.push(cursor);
      if (!moments.delete(log.cursors.length)) return;
      log.cuts++;
      proxy.cut();
    };
    stack.defer(
      start({ url: through(proxy, `${server.url}/graphql`), wsUrl: through(proxy, server.wsUrl), bearer, took }),
    );
  }
  await everybodyHas(1);
  let n = 1;
  const sendUntil = async (end: number) => {
    const sender = async () => {
      while (n < end) await send(server, n++);
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
  };
  await sendUntil(CALLBACKS / 2);
  await server.restart();
  await sendUntil(CALLBACKS);
  await everybodyHas(CALLBACKS);
  // Whoever was given something twice has it by the time that this one comes.
  await send(server, n);
  await everybodyHas(CALLBACKS + 1);
  journal = await history(server, await bearer());
}, 120_000);
afterAll(() => stack.disposeAsync());

async function everybodyHas(count: number): Promise<void> {
  const counts = () => [...taken.values()].map(({ cursors }) => new Set(cursors).size);
  await vi.waitFor(() => expect(Math.min(...counts())).toBe(count), { timeout: 30_000, interval: 50 });
}

async function send(server: TestServer, n: number): Promise<void> {
  const response = await server.callback('c', { status: 'SOFT_KYC_FAILED', kycRejectLabel: `REASON_${n}` });
  expect(await response.json()).toMatchObject({ outcome: 'applied' });
}

/** The cursors of everything that the journal holds of the customer, oldest first. */
async function history(server: TestServer, bearer: string): Promise<string[]> {
  const query =
    'query ($after: String) { myKyc { history(first: 200, after: $after) { nodes { cursor } pageInfo { endCursor } } } }';
  const cursors: string[] = [];
  for (let after: string | null = null; ; ) {
    const page: { nodes: { cursor: string }[]; pageInfo: { endCursor: string } } = (
      await server.query(query, bearer, { after })
    ).data.myKyc.history;
    if (page.nodes.length === 0) return cursors.reverse();
    cursors.push(...page.nodes.map(({ cursor }) => cursor));
    after = page.pageInfo.endCursor;
  }
}

test('the journal holds every callback', () => {
  expect(journal).toHaveLength(CALLBACKS + 1);
});

test.each(Object.keys(clients))(
  '%s: 20 random disconnections and a restart, and exactly the journal, in order, once',
  (name) => {
    expect(taken.get(name)?.cuts).toBe(CUTS);
    expect(taken.get(name)?.cursors).toEqual(journal);
  },
);
