import { expect, test } from 'vitest';
import { previewJson } from '../../../src/console/app/preview-json.ts';

test('ordinary JSON is shown whole and indented', () => {
  const value = { a: [1, 'x', null, true], b: { c: {} } };
  expect(previewJson(value)).toBe(JSON.stringify(value, null, 2));
});

test('deep nesting, long lists, wide objects and long texts are cut', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 490; level++) deep = { level: [deep] };
  const shown = previewJson(deep);
  expect(shown).toContain('"…"');
  expect(shown.length).toBeLessThan(2_000);
  expect(previewJson(Array.from({ length: 5_000 }, () => 0))).toContain('… 4900 more');
  expect(previewJson(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 0])))).toContain(
    '4900 more',
  );
  expect(previewJson('x'.repeat(64_000)).length).toBeLessThanOrEqual(20_001);
});

test('fifty of the worst dead letters are shown in a moment', () => {
  const worst: unknown = JSON.parse(`${'{"a":['.repeat(490)}${'1,'.repeat(20_000)}1${']}'.repeat(490)}`);
  const startedAt = performance.now();
  for (let shown = 0; shown < 50; shown++) previewJson(worst);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
