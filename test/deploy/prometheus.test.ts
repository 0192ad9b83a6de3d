/** Prometheus' own promtool on the rules, the configuration, and every expression of the dashboard; and what the rules make of series. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DEPLOY = join(import.meta.dirname, '..', '..', 'deploy');
const RULES = join(DEPLOY, 'prometheus', 'rules.yaml');

function promtool(...words: string[]) {
  const { status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

test('promtool accepts the rules and the configuration', () => {
  expect(promtool('check', 'rules', '--lint=all', '--lint-fatal', RULES)).toMatchObject({
    status: 0,
    said: expect.stringContaining('SUCCESS'),
  });
  expect(promtool('check', 'config', join(DEPLOY, 'prometheus', 'prometheus.yaml'))).toMatchObject({ status: 0 });
});

test('promtool accepts every expression of the dashboard', () => {
  const { panels } = JSON.parse(readFileSync(join(DEPLOY, 'grafana', 'xgateway-kyc.json'), 'utf8'));
  const expressions: string[] = panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) =>
    targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.+')),
  );
  const recorded = expressions.map((expr, index) => ({ record: `panel:${index}`, expr }));
  using folder = temporaryFolder();
  const file = join(folder.path, 'panels.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules: recorded }] }));
  expect(promtool('check', 'rules', file)).toMatchObject({
    status: 0,
    said: expect.stringContaining(`${expressions.length} rules found`),
  });
});

/** Whether an alert fires after some minutes of a series. */
const cases: [alert: string, series: string, values: string, fires: boolean][] = [
  ['KycCallbacksNotRecorded', 'xgateway_kyc_callbacks_total{outcome="UNAVAILABLE"}', '0+1x20', true],
  ['KycCallbacksNotRecorded', 'xgateway_kyc_callbacks_total{outcome="UNAVAILABLE"}', '5x20', false],
  ['KycCallbacksNotRecorded', 'xgateway_kyc_callbacks_total{outcome="applied"}', '0+1x20', false],
  ['KycJournalGone', 'up{job="xgateway-kyc"}', '0x20', true],
  ['KycJournalGone', 'xgateway_kyc_journal_position', '7x20', false],
  ['KycJournalRewritten', 'xgateway_kyc_journal_position', '9 9 9 9 9 3x15', true],
  ['KycJournalRewritten', 'xgateway_kyc_journal_position', '1+1x20', false],
  ['KycDeadLettersFillUp', 'xgateway_kyc_dead_letters{category="genuine"}', '90000x20', true],
  ['KycDeadLettersFillUp', 'xgateway_kyc_dead_letters{category="refused"}', '90000x20', false],
  ['KycSendersLimited', 'xgateway_kyc_callbacks_total{outcome="TOO_MANY_REFUSED"}', '0+9x40', true],
  ['KycSecretsStale', 'xgateway_kyc_secrets_stale', '1x20', true],
  ['KycConsumerStopped', 'xgateway_kyc_consumer_stopped{consumer="risk"}', '1x20', true],
  ['KycConsumerStopped', 'xgateway_kyc_consumer_stopped{consumer="risk"}', '0x20', false],
  ['KycConsumerBehind', 'xgateway_kyc_consumer_lag_seconds{consumer="risk"}', '400x20', true],
  ['KycConsumerBehind', 'xgateway_kyc_consumer_lag_seconds{consumer="risk"}', '20x20', false],
  ['KycConsumerDeadLetters', 'xgateway_kyc_consumer_dead_letters{consumer="risk"}', '1x20', true],
];

test.each(cases)('%s, with %s %s: %s', (alertname, series, values, fires) => {
  const severity = new RegExp(`alert: ${alertname}\\n[\\s\\S]*?severity: (\\w+)`).exec(
    readFileSync(RULES, 'utf8'),
  )?.[1];
  const [, summary, runbook] =
    new RegExp(`alert: ${alertname}\\n[\\s\\S]*?summary: "(.*)"\\n +runbook: (.*)`).exec(readFileSync(RULES, 'utf8')) ??
    [];
  using folder = temporaryFolder();
  const file = join(folder.path, 'test.yaml');
  const consumer = /consumer="(\w+)"/.exec(series)?.[1];
  const labels = { severity, ...(consumer !== undefined && { consumer }) };
  const text = summary?.replace('{{ $labels.consumer }}', String(consumer));
  const expected = fires ? [{ exp_labels: labels, exp_annotations: { summary: text, runbook } }] : [];
  const at = alertname === 'KycSendersLimited' ? '20m' : '12m';
  const input = {
    interval: '1m',
    input_series: [{ series, values }],
    alert_rule_test: [{ eval_time: at, alertname, exp_alerts: expected }],
  };
  writeFileSync(file, JSON.stringify({ rule_files: [RULES], evaluation_interval: '1m', tests: [input] }));
  expect(promtool('test', 'rules', file)).toMatchObject({ status: 0 });
});
