/** Writes the table of plugin options into docs/plugin.md from the comments in src/gateway/options.ts: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs', 'plugin.md');
const SOURCE = join(ROOT, 'src', 'gateway', 'options.ts');
const SECTION = /(<!-- options -->\n)[\s\S]*?(<!-- \/options -->)/;
const MEMBER = /\/\*\*([\s\S]*?)\*\/\s+readonly (\w+)\??: ([^;]+);/g;

/** The page as it should be. */
export function pageWithOptions(page = readFileSync(PAGE, 'utf8')): string {
  const source = readFileSync(SOURCE, 'utf8');
  const members = source.slice(source.indexOf('interface KycGatewayOptions'), source.indexOf('\n}\n'));
  const rows = [...members.matchAll(MEMBER)].map(([, comment = '', name, type = '']) => {
    const meaning = comment.replace(/\s*\n\s*\*\s?/g, ' ').trim();
    return `| \`${name}\` | \`${type.replace(' | undefined', '').replaceAll('|', '\\|')}\` | ${meaning} |`;
  });
  const table = ['| option | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  return page.replace(SECTION, (_section, before: string, after: string) => `${before}\n${table}\n\n${after}`);
}

if (import.meta.main) writeFileSync(PAGE, pageWithOptions());
