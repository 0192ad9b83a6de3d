/**
 * `npm run build`: compiles src/ and the console into dist/.
 *
 * A server may be running from dist/, so a build is made beside it and then takes its place by renaming. What is current is
 * left alone: a digest of the sources stands beside what was built from them. `--force` builds anyway.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleServe } from './bundle-serve.ts';
import { textModules } from './text-modules.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const PAGES = 'console/public';
const CONSOLE = join(DIST, PAGES);
/** The digest of the sources, inside what was built from them. */
const DIGEST = '.sources';

const CODE_SOURCES = [
  'src/**/*.ts',
  'src/**/*.sql',
  'schema/*',
  'scripts/build.ts',
  'scripts/bundle-serve.ts',
  'scripts/text-modules.ts',
  'tsconfig*.json',
];
const PAGE_SOURCES = ['src/console/app/**/*.*', 'src/client/**/*.ts', 'vite.config.ts', 'scripts/build.ts'];

/** Builds what is not current: the pages, the code, or both. */
export async function build({ force = false } = {}): Promise<void> {
  const code = digestOf([...CODE_SOURCES, 'package-lock.json']);
  if (!force && isCurrent(DIST, code) && isCurrent(CONSOLE, pageDigest())) return;
  await withStaging(async (staging) => {
    compile(staging);
    await writeEntryForNode(staging);
    await bundleServe(staging);
    if (!force && isCurrent(CONSOLE, pageDigest())) cpSync(CONSOLE, join(staging, PAGES), { recursive: true });
    else await bundlePages(join(staging, PAGES));
    writeFileSync(join(staging, DIGEST), code);
    replace(DIST, staging);
  });
}

/** Builds the console alone, when it is not current: the tests run the other sources as they are. */
export async function buildConsole(): Promise<void> {
  if (isCurrent(CONSOLE, pageDigest())) return;
  await withStaging(async (staging) => {
    await bundlePages(staging);
    replace(CONSOLE, staging);
  });
}

function compile(folder: string): void {
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', folder);
  // What the sources read from files at run time stands in the build as text: bundlers can't follow a path.
  for (const { module, code } of textModules(ROOT)) writeFileSync(join(folder, module), code);
  chmodSync(join(folder, 'cli/main.js'), 0o755);
}

/**
 * `node.js`, which Node loads in place of `index.js`: it checks Node's version before anything is parsed that an old one
 * can't parse. Bundlers take `index.js` itself (the condition `module`).
 */
async function writeEntryForNode(folder: string): Promise<void> {
  const names = Object.keys(await import(pathToFileURL(join(folder, 'index.js')).href)).sort();
  const lines = [
    "import { createRequire } from 'node:module';",
    "import { checkNodeVersion } from './gateway/node-version.js';",
    '',
    'checkNodeVersion();',
    "const library = createRequire(import.meta.url)('./index.js');",
    ...names.map((name) => `export const ${name} = library.${name};`),
  ];
  writeFileSync(join(folder, 'node.js'), `${lines.join('\n')}\n`);
}

async function bundlePages(outDir: string): Promise<void> {
  const environment = process.env['NODE_ENV'];
  // A test runner says "test", and React would be built as for development.
  process.env['NODE_ENV'] = 'production';
  const vite = await import('vite');
  await vite.build({ root: join(ROOT, 'src/console'), configFile: join(ROOT, 'vite.config.ts'), build: { outDir } });
  process.env['NODE_ENV'] = environment;
  await bundleClient(join(outDir, 'client.js'));
  writeFileSync(join(outDir, DIGEST), pageDigest());
}

/** The client as one ES module, which the server offers to pages without a bundler. */
async function bundleClient(file: string): Promise<void> {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: join(ROOT, 'src/client/index.ts'), platform: 'browser', logLevel: 'silent' });
  await bundle.write({ file, format: 'esm', minify: true });
  await bundle.close();
}

function run(script: string, ...words: string[]): void {
  const { status } = spawnSync(process.execPath, [join(ROOT, script), ...words], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error(`The build failed: ${[script, ...words].join(' ')}`);
}

/** Lends a new folder beside dist/, on the same file system, and removes what is left of it. */
async function withStaging(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(ROOT, '.build-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts `next` in the place of `folder`. Two renames: nobody finds half of a build. */
function replace(folder: string, next: string): void {
  chmodSync(next, 0o755);
  const previous = `${next}-previous`;
  mkdirSync(dirname(folder), { recursive: true });
  if (existsSync(folder)) renameSync(folder, previous);
  try {
    renameSync(next, folder);
  } catch (error) {
    if (existsSync(previous)) renameSync(previous, folder);
    throw error;
  } finally {
    rmSync(previous, { recursive: true, force: true });
  }
}

function isCurrent(folder: string, digest: string): boolean {
  const file = join(folder, DIGEST);
  return existsSync(file) && readFileSync(file, 'utf8') === digest;
}

function pageDigest(): string {
  return digestOf([...PAGE_SOURCES, 'package-lock.json']);
}

function digestOf(patterns: readonly string[]): string {
  const digest = createHash('sha256');
  for (const file of globSync(patterns, { cwd: ROOT }).sort())
    digest.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  return digest.digest('hex');
}

if (import.meta.main) await build({ force: process.argv.includes('--force') });
