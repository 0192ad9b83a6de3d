/** Writes the table of settings into docs/settings.md, and `.env.example`, from the schema that reads them: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleEnvFile } from '../src/server/env-example.ts';
import { environment, FILE_SETTINGS } from '../src/server/environment.ts';
import { fileVariable } from '../src/server/setting-files.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs', 'settings.md');
const EXAMPLE = join(ROOT, '.env.example');
const SECTION = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;

/** The page as it should be. */
export function pageWithSettings(page = readFileSync(PAGE, 'utf8')): string {
  const fromFile = new Map<string, string>(FILE_SETTINGS.map((name) => [name, fileVariable(name)]));
  const rows = Object.entries(environment.shape).map(([name, schema]) => {
    const file = fromFile.get(name);
    return `| \`${name}\` | ${schema.description}${file === undefined ? '' : ` Or \`${file}\`: a file that holds it.`} |`;
  });
  const table = ['| variable | what it sets |', '| --- | --- |', ...rows].join('\n');
  return page.replace(SECTION, (_section, before: string, after: string) => `${before}\n${table}\n\n${after}`);
}

if (import.meta.main) {
  writeFileSync(PAGE, pageWithSettings());
  writeFileSync(EXAMPLE, exampleEnvFile());
}
