import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pageWithErrors } from '../../scripts/error-table.ts';
import { pageWithSchema } from '../../scripts/graphql-reference.ts';
import { pageWithOptions } from '../../scripts/options-table.ts';
import { pageWithSettings } from '../../scripts/settings-table.ts';

test.each([
  ['settings.md', pageWithSettings, '| `XGATEWAY_SECRET_KEY` |'],
  ['plugin.md', pageWithOptions, '| `databaseUrl` |'],
  ['http.md', pageWithErrors, '| `CURSOR_UNKNOWN` |'],
  ['graphql.md', pageWithSchema, '| `kycCustomers` |'],
] as const)('docs/%s says what the code says (npm run docs writes it)', (name, write, row) => {
  const page = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  expect(page).toContain(row);
  expect(write(page)).toBe(page);
});
