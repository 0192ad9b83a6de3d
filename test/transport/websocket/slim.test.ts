/** The memory tricks rely on graphql-ws' internals: this fails when its version changes, or a trick no longer has an effect. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSchema, parse } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type ServerOptions } from 'graphql-ws';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  GRAPHQL_WS_VERSION,
  parseMessage,
  releaseArguments,
  releaseConnectionParams,
  releasePayload,
  SLIM_SERVER_OPTIONS,
} from '../../../src/transport/websocket/slim.ts';

let collect: () => void;
beforeAll(() => {
  setFlagsFromString('--expose-gc');
  collect = runInNewContext('gc');
});

test('the tricks were read against the installed version; read graphql-ws again before raising it', () => {
  const main = createRequire(import.meta.url).resolve('graphql-ws');
  const { version } = JSON.parse(readFileSync(join(dirname(main), '..', 'package.json'), 'utf8'));
  expect(version).toBe(GRAPHQL_WS_VERSION);
});

/** What would end the subscriptions: held as a feed holds them, so that they are alive. */
const pending: unknown[] = [];
const endless = () => ({
  [Symbol.asyncIterator]: () => ({ next: () => new Promise((resolve) => pending.push(resolve)) }),
});

/** graphql-ws over a socket that only records, with a subscription that never yields. */
function connection(hooks: Partial<ServerOptions<Record<string, unknown>, object>>) {
  const sent: string[] = [];
  const server = makeServer<Record<string, unknown>, object>({
    ...SLIM_SERVER_OPTIONS,
    schema: buildSchema('type Query { a: Int } type Subscription { b(c: String): Int }'),
    subscribe: () => endless() as never,
    ...hooks,
  });
  let handle: (data: string) => Promise<void> = async () => {};
  server.opened(
    {
      protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
      send: (data) => void sent.push(data),
      close: (code, reason) => void sent.push(`${code} ${reason}`),
      onMessage: (one) => {
        handle = one;
      },
    },
    {},
  );
  return {
    sent,
    // A subscription's message is handled until the subscription ends: not to be awaited.
    receive: (text: string) => handle(parseMessage(text) as string),
  };
}

const subscribe = (variables: object) =>
  JSON.stringify({
    id: '1',
    type: 'subscribe',
    payload: { query: 'subscription ($c: String) { b(c: $c) }', variables },
  });

/** Resolves when nothing but the reference holds the object any more. */
async function collected(reference: WeakRef<object>): Promise<boolean> {
  for (let round = 0; round < 20; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    if (reference.deref() === undefined) return true;
  }
  return false;
}

describe('while a subscription is live', () => {
  test('a message that is parsed is accepted', async () => {
    const { sent, receive } = connection({});
    await receive('{"type":"connection_init"}');
    await receive('{"type":"ping"}');
    expect(sent).toEqual(['{"type":"connection_ack"}', '{"type":"pong"}']);
  });

  test('graphql-ws refuses invalid JSON', async () => {
    const { sent, receive } = connection({});
    await receive('{');
    expect(sent).toEqual(['4400 Invalid message received']);
  });

  test('connectionParams, the variables and the arguments can be collected', async () => {
    const held: Record<string, WeakRef<object>> = {};
    const { receive, sent } = connection({
      onConnect(context) {
        held['connectionParams'] = new WeakRef(context.connectionParams as object);
        releaseConnectionParams(context);
      },
      onSubscribe(_context, _id, payload) {
        const variableValues = payload.variables as Record<string, unknown>;
        held['variables'] = new WeakRef(variableValues);
        const contextValue = { viewer: {} };
        held['context'] = new WeakRef(contextValue);
        const document = parse(payload.query);
        releasePayload(payload);
        return {
          schema: buildSchema('type Query { a: Int } type Subscription { b(c: String): Int }'),
          document,
          variableValues,
          contextValue,
        };
      },
      subscribe(args) {
        releaseArguments(args);
        return endless() as never;
      },
    });
    await receive(JSON.stringify({ type: 'connection_init', payload: { token: 'x'.repeat(1_000) } }));
    void receive(subscribe({ c: 'x'.repeat(10_000) }));
    for (const [name, reference] of Object.entries(held))
      expect([name, await collected(reference)]).toEqual([name, true]);
    expect(Object.keys(held)).toEqual(['connectionParams', 'variables', 'context']);
    expect(sent).toEqual(['{"type":"connection_ack"}']);
  });

  test('without the tricks graphql-ws keeps the variables; if it no longer does, remove the trick', async () => {
    let held: WeakRef<object> | undefined;
    const { receive } = connection({
      onSubscribe(_context, _id, payload) {
        held = new WeakRef(payload.variables as object);
      },
    });
    await receive('{"type":"connection_init"}');
    void receive(subscribe({ c: 'x' }));
    expect(await collected(held as WeakRef<object>)).toBe(false);
  });
});

test('no timer waits for the connection_init of each socket', () => {
  vi.useFakeTimers();
  try {
    connection({});
    expect(vi.getTimerCount()).toBe(0);
    connection({ connectionInitWaitTimeout: 3_000 });
    expect(vi.getTimerCount()).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
