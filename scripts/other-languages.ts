/** Writes the programs of examples/other-languages/ into docs/other-languages.md, as they are: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs', 'other-languages.md');

/** The programs, and the language of their blocks. */
const PROGRAMS = { 'follow_kyc.py': 'python', 'FollowKyc.java': 'java' } as const;

/** The page with the programs as the files have them. Throws when it has no place for one. */
export function pageWithPrograms(page: string): string {
  let written = page;
  for (const [file, language] of Object.entries(PROGRAMS)) {
    const block = new RegExp(`(<!-- ${file} -->\n\`\`\`${language}\n)[\\s\\S]*?(\`\`\`\n)`);
    if (!block.test(written)) throw new Error(`docs/other-languages.md has no place for ${file}.`);
    const text = readFileSync(join(ROOT, 'examples', 'other-languages', file), 'utf8');
    written = written.replace(block, (_, before: string, after: string) => before + text + after);
  }
  return written;
}

if (import.meta.main) writeFileSync(PAGE, pageWithPrograms(readFileSync(PAGE, 'utf8')));
