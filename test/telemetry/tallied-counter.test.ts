import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { TalliedCounter } from '../../src/telemetry/tallied-counter.ts';

test('every value is exposed from the start, and each reading has all that was counted before it', async () => {
  const registry = new Registry();
  const config = { name: 'calls_total', help: 'Calls.', label: 'outcome', registers: [registry] };
  const counter = new TalliedCounter(config, ['good', 'bad']);
  const read = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('calls_total'));
  expect(await read()).toEqual(['calls_total{outcome="good"} 0', 'calls_total{outcome="bad"} 0']);
  for (let calls = 0; calls < 3; calls++) counter.count('bad');
  expect(await read()).toEqual(['calls_total{outcome="good"} 0', 'calls_total{outcome="bad"} 3']);
  counter.count('good');
  counter.count('bad');
  expect(await read()).toEqual(['calls_total{outcome="good"} 1', 'calls_total{outcome="bad"} 4']);
});
