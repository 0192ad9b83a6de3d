import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { createServerMetrics } from '../../src/server/server-metrics.ts';
import { monitorEventLoop } from '../../src/telemetry/event-loop.ts';
import { collectProcessMetrics, createMetrics } from '../../src/telemetry/metrics.ts';
import { eventually } from '../support/eventually.ts';
import { adminToken, startTestServer, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const documented = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

test('every metric is in docs/operations.md, and every metric that it names exists', () => {
  const { registry } = createMetrics();
  createServerMetrics(registry, []);
  using _eventLoop = monitorEventLoop(registry);
  const names = registry.getMetricsAsArray().map(({ name }) => name);
  const listed = [...documented.matchAll(/^\| `(xgateway_kyc_\w+)`/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual(names.toSorted());
  const used = new Set([...documented.matchAll(/xgateway_kyc_[a-z_]+/g)].map(([name]) => name));
  for (const name of used) expect(names).toContain(name);
});

test('names follow the conventions of Prometheus: a counter ends in _total, nothing else does', () => {
  const { registry } = createMetrics();
  collectProcessMetrics(registry);
  createServerMetrics(registry, []);
  using _eventLoop = monitorEventLoop(registry);
  for (const { name, type } of registry.getMetricsAsArray() as unknown as { name: string; type: string }[]) {
    expect([name, String(type) === 'counter']).toEqual([name, name.endsWith('_total')]);
  }
});

test('a scrape shows the journal, its dead letters and its confirmation tasks', async () => {
  await using server = await startTestServer();
  await server.callback('c', { status: 'FULL_USER' });
  await server.callback('c', { status: 7 });
  const page = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${await adminToken()}` } });
  const text = await page.text();
  expect(text).toContain('xgateway_kyc_journal_position 1');
  expect(text).toMatch(/xgateway_kyc_journal_head_digest \d+/);
  expect(text).toContain('xgateway_kyc_dead_letters{category="genuine"} 1');
  expect(text).toContain('xgateway_kyc_feed_lag_entries 0');
  expect(text).toContain('xgateway_kyc_confirmation_backlog 0');
});

test('a journal that cannot be read has no position, rather than an old one or 0', async () => {
  using folder = temporaryFolder();
  const journal = openSqliteJournal(`${folder.path}/kyc.db`);
  const { registry, watch } = createMetrics();
  watch({ journal, feedPosition: () => 0, isApiPaused: () => null });
  const values = async () => (await registry.metrics()).match(/^xgateway_kyc_(journal|dead|feed|confirm)\S* \S+$/gm);
  expect((await values())?.length).toBeGreaterThan(5);
  await journal.close();
  expect(await values()).toBeNull();
});

test('callbacks, operations, refused tokens, unknown statuses and fields are counted, each with a closed set of labels', async () => {
  await using server = await startTestServer();
  await server.callback('c', { status: 'BRAND_NEW', novelty: 'private' });
  await server.callback('c', { status: 'FULL_USER' });
  const admin = await adminToken();
  await server.query('{ kyc(customerId: "c") { status } }', admin);
  await server.query('{ nonsense }', admin);
  await server.query('{ kycStatusCounts { count } }', await token({ sub: 'c' }));
  await server.query('{ myKyc { status } }', 'no.token.atall');
  await server.query('{ myKyc { status } }', await token({ sub: 'c' }, 1));
  await using following = server.follow('subscription { kycUpdates { customerId } }', await adminToken());
  const next = following.next();
  await eventually(async () => (await server.metric('xgateway_kyc_subscriptions{transport="websocket"}')) === 1);
  await server.callback('d', { status: 'CREATED' });
  await next;
  for (const [series, count] of [
    ['xgateway_kyc_callback_duration_seconds_count', 3],
    ['xgateway_kyc_callbacks_total{outcome="applied"}', 3],
    ['xgateway_kyc_callbacks_total{outcome="NOT_GENUINE"}', 0],
    ['xgateway_kyc_unrecognized_statuses_total', 1],
    ['xgateway_kyc_unknown_fields_total', 1],
    ['xgateway_kyc_graphql_operations_total{type="query"}', 2],
    ['xgateway_kyc_graphql_operations_total{type="subscription"}', 1],
    ['xgateway_kyc_graphql_errors_total{code="GRAPHQL_VALIDATION_FAILED"}', 1],
    ['xgateway_kyc_graphql_errors_total{code="FORBIDDEN"}', 1],
    ['xgateway_kyc_graphql_errors_total{code="UNAUTHENTICATED"}', 2],
    ['xgateway_kyc_graphql_duration_seconds_count{type="query"}', 2],
    ['xgateway_kyc_authentication_failures_total{reason="malformed"}', 1],
    ['xgateway_kyc_authentication_failures_total{reason="expired"}', 1],
    ['xgateway_kyc_customers{status="FULL_USER"}', 1],
    ['xgateway_kyc_customers{status="CREATED"}', 1],
    ['xgateway_kyc_customers{status="UNRECOGNIZED"}', 0],
    ['xgateway_kyc_setting_changed{setting="JWT_SECRET"}', 1],
  ] as const) {
    expect([series, await server.metric(series)]).toEqual([series, count]);
  }
  const logged = server.logged.map((line) => JSON.parse(line));
  expect(logged).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ level: 40, status: 'BRAND_NEW', customerId: 'c' }),
      expect.objectContaining({ level: 40, fields: ['novelty'] }),
      expect.objectContaining({ level: 40, reason: 'expired', address: '127.0.0.1', msg: 'Refused a token' }),
    ]),
  );
  expect(server.logged.join()).not.toContain('private');
});

test('a blocked event loop is counted, for the work that blocked it where that is known', async () => {
  const registry = new Registry();
  using loop = monitorEventLoop(registry, 10);
  const secondsBy = async (by: string) => Number(new RegExp(`by="${by}"} (\\S+)`).exec(await registry.metrics())?.[1]);
  const block = (milliseconds: number) => {
    for (const end = performance.now() + milliseconds; performance.now() < end; );
  };
  block(120);
  loop.took('commit', 120);
  await eventually(async () => (await secondsBy('commit')) >= 0.05);
  block(120);
  await eventually(async () => (await secondsBy('other')) >= 0.05);
  expect(await secondsBy('graphql')).toBe(0);
});
