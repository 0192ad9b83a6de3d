import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { pageWithErrors } from '../../scripts/error-table.ts';
import { pageWithRecipes } from '../../scripts/gateway-recipes.ts';
import { pageWithSchema } from '../../scripts/graphql-reference.ts';
import { pageWithOptions } from '../../scripts/options-table.ts';
import { pageWithPrograms } from '../../scripts/other-languages.ts';
import { pageWithSettings } from '../../scripts/settings-table.ts';
import { exampleEnvFile } from '../../src/server/env-example.ts';
import { environment, FILE_SETTINGS } from '../../src/server/environment.ts';

test.each([
  ['settings.md', pageWithSettings, '| `XGATEWAY_SECRET_KEY` |'],
  ['plugin.md', pageWithOptions, '| `databaseUrl` |'],
  ['http.md', pageWithErrors, '| `CURSOR_UNKNOWN` |'],
  ['graphql.md', pageWithSchema, '| `kycCustomers` |'],
  ['gateways.md', pageWithRecipes, 'gateway.attachWebSocket(app.server'],
  ['other-languages.md', pageWithPrograms, 'public final class FollowKyc {'],
] as const)('docs/%s says what the code says (npm run docs writes it)', (name, write, row) => {
  const page = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  expect(page).toContain(row);
  expect(write(page)).toBe(page);
});

test('.env.example says what the code says, names every setting, and sets none (npm run docs writes it)', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  expect(example).toBe(exampleEnvFile());
  for (const name of [...Object.keys(environment.shape), ...FILE_SETTINGS.map((one) => `${one}_FILE`)]) {
    expect(example).toMatch(new RegExp(`^#${name}=`, 'm'));
  }
  expect(parseEnv(example)).toEqual({});
  // Without the # in front, each line with a value is a setting that the server accepts.
  const filled = parseEnv(example.replaceAll(/^#([A-Z_]+=.+)$/gm, '$1'));
  expect(environment.safeParse(filled).error?.issues ?? []).toEqual([]);
});
