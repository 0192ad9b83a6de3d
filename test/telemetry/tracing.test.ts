import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { findTracing } from '../../src/telemetry/tracing.ts';
import { startTestServer } from '../support/server.ts';

afterEach(() => trace.disable());

test('without an SDK there is no tracing', () => {
  expect(findTracing(pino({ level: 'silent' }))).toBeNull();
});

test('with an SDK a callback is one trace, from its arrival over the commit to the push, and names nobody', async () => {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  await using server = await startTestServer();
  await server.callback('somebody', { status: 'CREATED' });
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ name }) => name)).toEqual(['kyc.commit', 'kyc.push', 'kyc.callback']);
  const [commit, push, callback] = spans;
  expect(callback?.attributes).toEqual({ 'kyc.outcome': 'applied', 'kyc.revision': 1 });
  for (const child of [commit, push]) {
    expect(child?.parentSpanContext?.spanId).toBe(callback?.spanContext().spanId);
  }
  expect(push?.startTime).toEqual(commit?.endTime);
  expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain('somebody');
  exporter.reset();
  await server.callback('somebody', { status: 'CREATED' });
  expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['kyc.commit', 'kyc.callback']);
});
