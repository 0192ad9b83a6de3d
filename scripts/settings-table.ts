/** Writes the README's table of settings from the schema that reads them: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../src/server/environment.ts';

const README = join(import.meta.dirname, '..', 'README.md');
const SECTION = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;

/** The README as it should be. */
export function readmeWithSettings(readme = readFileSync(README, 'utf8')): string {
  const rows = Object.entries(environment.shape).map(([name, schema]) => `| \`${name}\` | ${schema.description} |`);
  const table = ['| variable | what it says |', '| --- | --- |', ...rows].join('\n');
  return readme.replace(SECTION, (_section, before: string, after: string) => `${before}\n${table}\n\n${after}`);
}

if (import.meta.main) writeFileSync(README, readmeWithSettings());
