/** Writes the table of settings into docs/settings.md from the schema that reads them: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../src/server/environment.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'settings.md');
const SECTION = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;

/** The page as it should be. */
export function pageWithSettings(page = readFileSync(PAGE, 'utf8')): string {
  const rows = Object.entries(environment.shape).map(([name, schema]) => `| \`${name}\` | ${schema.description} |`);
  const table = ['| variable | what it sets |', '| --- | --- |', ...rows].join('\n');
  return page.replace(SECTION, (_section, before: string, after: string) => `${before}\n${table}\n\n${after}`);
}

if (import.meta.main) writeFileSync(PAGE, pageWithSettings());
