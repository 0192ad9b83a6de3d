import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readmeWithSettings } from '../../scripts/settings-table.ts';

test("the README's table of settings is what the settings are read with (npm run docs writes it)", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain('| `XGATEWAY_SECRET_KEY` |');
  expect(readmeWithSettings(readme)).toBe(readme);
});
