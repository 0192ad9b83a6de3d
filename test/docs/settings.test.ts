import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pageWithSettings } from '../../scripts/settings-table.ts';

test('docs/settings.md lists the settings that the server reads (npm run docs writes the table)', () => {
  const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
  expect(page).toContain('| `XGATEWAY_SECRET_KEY` |');
  expect(pageWithSettings(page)).toBe(page);
});
