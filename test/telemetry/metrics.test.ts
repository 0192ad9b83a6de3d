import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { createServerMetrics } from '../../src/server/server-metrics.ts';
import { collectProcessMetrics, createMetrics } from '../../src/telemetry/metrics.ts';
import { adminToken, startTestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const documented = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

test('every metric is in docs/operations.md, and every metric that it names exists', () => {
  const { registry } = createMetrics();
  createServerMetrics(registry, []);
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
  for (const { name, type } of registry.getMetricsAsArray() as unknown as { name: string; type: string }[]) {
    expect([name, String(type) === 'counter']).toEqual([name, name.endsWith('_total')]);
  }
});

test('a page tells of the journal, its dead letters and its questions', async () => {
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
