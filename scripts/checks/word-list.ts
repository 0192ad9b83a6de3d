/**
 * `npm run check:words`: private vocabulary and translated English, kept out of sources, schema, docs, examples, the CHANGELOG and test
 * names. The list stands in CONTRIBUTING.md, between `<!-- words -->` and `<!-- /words -->`; the rest of that page is checked too.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Checked from the first line to the last. */
const WHOLE = [
  'src/**/*.{ts,tsx,html}',
  'bin/*.js',
  'scripts/**/*.{ts,js}',
  'bench/**/*.{ts,js}',
  'examples/**/*.{ts,tsx,md,html}',
  'schema/*.graphql',
  '*.md',
  'docs/**/*.md',
];

/** Of these the names of the tests. The test of this list has to write its phrases. */
const TESTS = ['test/!(scripts)/**/*.{ts,tsx}', 'test/scripts/!(word-list).test.ts'];

/** A forbidden phrase, and what to write instead. */
export interface Entry {
  readonly phrase: string;
  readonly instead: string;
  readonly pattern: RegExp;
}

/** Reads the list out of the text of CONTRIBUTING.md. Throws when it is empty: then the markers are gone. */
export function readWordList(contributing: string): readonly Entry[] {
  const section = /<!-- words -->([\s\S]*)<!-- \/words -->/.exec(contributing)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  const entries = rows.slice(2).map((row) => {
    const [phrase = '', instead = '', after = ''] = row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    const words = phrase.split(' ').map(escapeRegExp).join('\\s+(?:[*/]+\\s+)?');
    const before = after.split(', ').map(escapeRegExp).join('|');
    const unless = after === '' ? '' : `(?<!\\b(?:${before})[\\s-]+(?:[*/]+\\s+)?)`;
    return { phrase, instead, pattern: new RegExp(`${unless}(?<![\\w-])${words}(?![\\w-])`, 'gi') };
  });
  if (entries.length === 0)
    throw new Error('CONTRIBUTING.md has no word list between <!-- words --> and <!-- /words -->.');
  return entries;
}

/** Where the phrases stand in `text`: one line per find. `file` is for the report. */
export function findWords(file: string, text: string, list: readonly Entry[]): readonly string[] {
  return list.flatMap(({ phrase, instead, pattern }) =>
    [...text.matchAll(pattern)].map(({ index }) => {
      const line = text.slice(0, index).split('\n').length;
      return `${file}:${line}: "${phrase}": write: ${instead}`;
    }),
  );
}

/** The names of the tests in a test file, each in the line that it stands in. */
export function testNames(source: string): string {
  return source
    .split('\n')
    .map((line) => (/^\s*(?:test|it|describe)\b.*?(['"`].*)$|^\s*\]\)\((['"`].*)$/.exec(line) ?? []).slice(1).join(''))
    .join('\n');
}

/** The text of a file without the list itself, and without the names that the CHANGELOG says were replaced. */
export function prose(file: string, text: string): string {
  if (file === 'CHANGELOG.md') return text.replace(/`[^`\n]*`/g, '``');
  return text.replace(/<!-- words -->[\s\S]*<!-- \/words -->/, (section) => section.replace(/[^\n]/g, ''));
}

/** Every find in the repository. */
export function checkWords(): readonly string[] {
  const list = readWordList(readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8'));
  const read = (pattern: string) =>
    globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules'] })
      .filter((file) => !file.includes('generated'))
      .map((file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const);
  return [
    ...WHOLE.flatMap(read).flatMap(([file, text]) => findWords(file, prose(file, text), list)),
    ...TESTS.flatMap(read).flatMap(([file, text]) => findWords(file, testNames(text), list)),
  ];
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

if (import.meta.main) {
  const finds = checkWords();
  for (const find of finds) process.stderr.write(`${find}\n`);
  process.exitCode = finds.length === 0 ? 0 : 1;
}
