/** deploy/prometheus and deploy/grafana against the metrics that a server serves, and the alerts against their runbooks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminToken, startTestServer, type TestServer } from '../support/server.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const rules = read('deploy/prometheus/rules.yaml');
const dashboard = JSON.parse(read('deploy/grafana/xgateway-kyc.json'));
const operations = read('docs/operations.md');

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const panels: readonly Panel[] = dashboard.panels;
const expressions = [...rules.matchAll(/^ +expr: (.*)$/gm)]
  .map(([, text = '']) => text)
  .concat(panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)));

let server: TestServer;
let served: string;
beforeAll(async () => {
  server = await startTestServer();
  await server.callback('ana', { status: 'FULL_USER' });
  const page = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${await adminToken()}` } });
  served = await page.text();
});
afterAll(() => server[Symbol.asyncDispose]());

/** The series that `/metrics` may have, by its TYPE lines. */
function seriesServed(): Set<string> {
  const types = [...served.matchAll(/^# TYPE (\w+) (\w+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : name,
    ),
  );
}

test('every metric in an alert or a panel is served by /metrics', () => {
  expect(expressions.length).toBeGreaterThan(40);
  const series = seriesServed();
  for (const expression of expressions) {
    const names = expression.match(/\b(?:xgateway_kyc|nodejs|process)_\w+/g) ?? [];
    if (names.length === 0) expect(expression).toMatch(/^sum\(up\b/);
    for (const name of names) expect([...series]).toContain(name);
  }
});

test('every label that an expression selects or groups by is one that the metric has', () => {
  const labels = new Set(['job', 'instance', 'le', ...[...served.matchAll(/(\w+)="/g)].map(([, name]) => name)]);
  for (const word of ['outcome', 'secret', 'category', 'transport', 'result', 'failure', 'consumer']) labels.add(word);
  for (const expression of expressions) {
    const selected = [...expression.matchAll(/(\w+)(?:=~?|!=)"/g)].map(([, name]) => name);
    const grouped = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(', '));
    for (const name of [...selected, ...grouped]) expect([...labels]).toContain(name);
  }
});

test('each alert says what it is in a sentence, and has a runbook: what it means, how to see more, what to do', () => {
  const alerts = rules.split(/^ +- alert: /m).slice(1);
  expect(alerts.length).toBeGreaterThanOrEqual(15);
  for (const alert of alerts) {
    const [name = ''] = alert.split('\n');
    expect(alert).toMatch(/labels: \{ severity: (page|ticket) \}/);
    expect(alert).toMatch(/summary: ".+\."/);
    expect(alert).toContain(`runbook: docs/operations.md#${name.toLowerCase()}\n`);
    const [, section = ''] = new RegExp(`^### ${name}\\n([\\s\\S]*?)(?=^##)`, 'm').exec(operations) ?? [];
    for (const part of ['Means', 'See more', 'Do'])
      expect([name, section]).toEqual([name, expect.stringContaining(`- **${part}**: `)]);
  }
  const runbooks = [...operations.matchAll(/^### (Kyc\w+)$/gm)].map(([, name]) => name);
  expect(runbooks).toEqual(alerts.map((alert) => alert.split('\n')[0]));
});

test('the dashboard answers its five questions, each panel says what it shows, and no two are one', () => {
  const rows = panels.filter(({ type }) => type === 'row').map(({ title }) => title);
  expect(rows).toEqual([
    'Is it healthy?',
    'Is XGateway healthy?',
    'Are clients served?',
    'What waits for a person?',
    'Do the named consumers keep up?',
  ]);
  for (const { type, title, description } of panels)
    if (type !== 'row') expect([title, description]).toEqual([title, expect.stringMatching(/\.$/)]);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});
