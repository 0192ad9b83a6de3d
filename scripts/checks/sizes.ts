/**
 * `npm run check:sizes`: the longest files of src/, for a reviewer, which it only reports; and what the bindings for Vue and Svelte
 * add of their own to a page, which has a limit.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..', '..');
const TALL = 150;

/** The bindings that must stay thin: everything else is the client's core. */
export const BINDINGS = ['src/client/vue.ts', 'src/client/svelte.ts'] as const;
/** The size limit of each, minified, in bytes. */
export const MAX_BINDING_BYTES = 1_000;

/** The size of one module alone, minified, in bytes. */
export async function bindingBytes(file: string): Promise<number> {
  const input = join(ROOT, file);
  const bundle = await rolldown({ input, external: (id) => id !== input, logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return Buffer.byteLength(output[0].code);
}

if (import.meta.main) {
  // Piped to head, which stops reading.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const files = globSync('src/**/*.{ts,tsx}', { cwd: ROOT })
    .filter((file) => !file.includes('generated'))
    .map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 }))
    .sort((a, b) => b.lines - a.lines);
  const median = files[Math.floor(files.length / 2)]?.lines ?? 0;
  const tall = files.filter(({ lines }) => lines > TALL);
  process.stdout.write(`${files.length} files, median ${median} lines, ${tall.length} over ${TALL} lines\n`);
  for (const { file, lines } of tall) process.stdout.write(`${String(lines).padStart(5)}  ${file}\n`);
  for (const file of BINDINGS) {
    const bytes = await bindingBytes(file);
    process.stdout.write(`${String(bytes).padStart(5)}  bytes of ${file}, minified; at most ${MAX_BINDING_BYTES}\n`);
    if (bytes > MAX_BINDING_BYTES) process.exitCode = 1;
  }
}
