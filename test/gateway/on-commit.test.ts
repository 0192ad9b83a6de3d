/** What others plug into a commit may throw: the callback is answered, and so is the next one. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import express from 'express';
import { PubSub } from 'graphql-subscriptions';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { notifyInOrder } from '../../src/gateway/on-commit.ts';
import { createKycGateway, type KycGatewayOptions } from '../../src/index.ts';
import { guardedLog } from '../../src/telemetry/guarded-log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { CALLBACK_SECRET, JWT_SECRET, signedCallback, startTestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

afterEach(() => trace.disable());

function fail(): never {
  throw new Error('somebody else failed');
}

const processor = (broken: Partial<SpanProcessor>): SpanProcessor => ({
  onStart() {},
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
  ...broken,
});

test.each([
  ['onStart', { onStart: fail }],
  ['onEnd', { onEnd: fail }],
  ['both', { onStart: fail, onEnd: fail }],
])('a span processor that throws in %s costs spans, and no callback', async (_name, broken) => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor(broken)] }));
  await using server = await startTestServer();
  for (const revision of [1, 2, 3]) {
    const response = await server.callback('c', { status: `STATUS_${revision}` });
    expect([response.status, await response.json()]).toEqual([200, { outcome: 'applied', revision }]);
  }
  expect(server.logged.join()).toContain('OpenTelemetry');
});

class ThrowingNotifier extends PubSub {
  override publish(): Promise<void> {
    return fail();
  }
}
const throwingMetrics = () => {
  const metrics = createMetrics(new Registry());
  return { ...metrics, commitSize: { observe: fail } as never, commitDuration: { observe: fail } as never };
};
const throwingLog = () => pino({ level: 'trace' }, { write: fail });

test.each<[string, () => Partial<KycGatewayOptions>]>([
  ['a notifier', () => ({ notifier: new ThrowingNotifier() })],
  ['metrics', () => ({ metrics: throwingMetrics() })],
  ['a log', () => ({ log: throwingLog(), metrics: throwingMetrics(), notifier: new ThrowingNotifier() })],
])('%s that throws stops no callback', async (_name, broken) => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const gateway = await createKycGateway({
    secrets: { current: CALLBACK_SECRET },
    databaseUrl: `sqlite:${folder.path}/kyc.db`,
    access: { key: { secret: JWT_SECRET } },
    log: pino({ level: 'silent' }),
    ...broken(),
  });
  stack.defer(() => gateway.stop());
  await gateway.start();
  const server = createServer(express().use('/callbacks', gateway.callbacks));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`;
  for (const body of [
    signedCallback('c', { status: 'CREATED' }),
    signedCallback('c', { status: 'KYC_NEEDED' }),
    signedCallback('c', { status: 7 }),
  ]) {
    expect((await fetch(url, { method: 'POST', body })).ok).toBe(true);
  }
});

test('listeners run in order, and one that throws is logged by its name and does not stop the others', () => {
  const lines: string[] = [];
  const heard: string[] = [];
  const notify = notifyInOrder(
    [
      { name: 'first', committed: () => void heard.push('first') },
      { name: 'broken', committed: fail },
      { name: 'last', committed: ({ updates }) => void heard.push(`last ${updates.length}`) },
    ],
    guardedLog(pino({}, { write: (line) => void lines.push(line) })),
  );
  notify([], 1, []);
  expect(heard).toEqual(['first', 'last 0']);
  expect(lines.map((line) => JSON.parse(line).listener)).toEqual(['broken']);
});
