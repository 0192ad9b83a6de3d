/**
 * `xgateway-kyc serve` as one file with everything that it loads at each start: reading and linking 1,100 modules takes 190 ms of CPU
 * time and 12 MB. The library beside it stays in modules, and its peers stay the application's.
 *
 * The code is not minified, so that a stack trace names functions, and lines that can be read: a comment above them names their module.
 */
import { writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Where the bundle is, in the build. As deep as the modules, so that paths relative to one hold in it. */
const FOLDER = 'serve';
/** The command in the build, which becomes a reference to the bundle. */
const ENTRY = 'cli/serve.js';
/** Shared with the command line, which tells its errors by their class. */
const SHARED = 'cli/command.js';
/** What is looked for on the machine at run time, and may be missing. */
const OPTIONAL = ['pg-native'];

/** Bundles the command `serve` of the build in `folder`. What it imports later (Postgres, federation) are files beside it. */
export async function bundleServe(folder: string): Promise<void> {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    cwd: folder,
    input: { index: join(folder, ENTRY) },
    platform: 'node',
    external: OPTIONAL,
    plugins: [
      {
        name: 'shared',
        resolveId: (id, importer) =>
          importer !== undefined && resolve(dirname(importer), id) === join(folder, SHARED)
            ? { id: `../${SHARED}`, external: true }
            : null,
      },
    ],
    logLevel: 'silent',
  });
  await bundle.write({
    dir: join(folder, FOLDER),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    plugins: [{ name: 'builtins', renderChunk: (code) => withPlainBuiltins(code) }],
    // V8 keeps the source in memory: two bytes a character if one of them is not Latin-1.
    charset: 'ascii',
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundle.close();
  writeFileSync(join(folder, ENTRY), `export { command } from '../${FOLDER}/index.js';\n`);
}

const IMPORT = /^import (?:(\w+)|\* as (\w+)|\{([^}]*)\}) from "([^"]+)";$/gm;

/**
 * Node's own modules without `import`: that reads every property of a module, and of `node:http` some that load its fetch (29 ms of CPU
 * time and 16 MB with Node 26).
 */
export function withPlainBuiltins(code: string): string {
  return code.replace(IMPORT, (line, whole?: string, namespace?: string, names?: string, from = '') => {
    if (!isBuiltin(from)) return line;
    const local = whole ?? namespace ?? `{${names?.replaceAll(/ as /g, ': ')}}`;
    return `const ${local} = process.getBuiltinModule("${from}");`;
  });
}
