/** `npm run check:sizes`: the longest files of src/, for a reviewer. It reports and never fails. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const TALL = 150;

const files = globSync('src/**/*.{ts,tsx}', { cwd: ROOT })
  .filter((file) => !file.includes('generated'))
  .map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 }))
  .sort((a, b) => b.lines - a.lines);
const median = files[Math.floor(files.length / 2)]?.lines ?? 0;
const tall = files.filter(({ lines }) => lines > TALL);
// Piped to head, which stops reading.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.stdout.write(`${files.length} files, median ${median} lines, ${tall.length} over ${TALL} lines\n`);
for (const { file, lines } of tall) process.stdout.write(`${String(lines).padStart(5)}  ${file}\n`);
