// `npm ci` runs this: it builds when the sources have changed. Plain JavaScript: the production install may run on any Node.
//
// npm also runs it when somebody calls `npx xgateway-kyc` in a clone. A server may be running from that build, so nothing
// happens then. After `npm ci --omit=dev` there is no compiler, and the build that exists stays.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
/** Source maps, types for CommonJS, static libraries, and what is only to be read. */
const UNUSED_FILE = /\.(map|flow|d\.cts|a)$|-profiling\.\w+\.js$|^(readme|changelog|changes|history)\b.*\.md$/i;
/** Builds for engines of before 2020, and for bundlers. */
const UNUSED_FOLDER = /^(esm5|esnext)$/;
const isNpx = process.env.npm_command === 'exec';
const canBuild = existsSync(new URL('node_modules/typescript', root)) && existsSync(new URL('node_modules/vite', root));

if (!isNpx && canBuild) {
  trim();
  const { build } = await import('./build.ts');
  await build();
}

/**
 * Removes files that nothing here reads, about 140 MB: C headers of the Node that npm installed, source maps and sources of compiled packages, second
 * copies in another module format, read-mes. Licences stay.
 */
function trim() {
  const packages = fileURLToPath(new URL('node_modules/', root));
  const folders = readdirSync(packages)
    .flatMap((name) => {
      if (/^node-(bin-)?(linux|darwin|win)-/.test(name)) return [`${name}/include`];
      // For Bare, another runtime than Node.
      return name.startsWith('bare-') ? [`${name}/prebuilds`] : [];
    })
    .concat('@apollo/client/__cjs', '@graphql-yoga/render-graphiql/esm', 'rxjs/src', 'rxjs/dist/bundles', 'zod/src')
    // Playwright's reports and trace viewer, axe's translations, a package's own tests.
    .concat('playwright-core/lib/vite', 'axe-core/locales', 'bintrees/test');
  for (const folder of folders) rmSync(join(packages, folder), { recursive: true, force: true });
  trimFolder(packages);
}

function trimFolder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // Links lead to folders of the project's own.
    if (entry.isSymbolicLink()) continue;
    if (entry.isDirectory() && !UNUSED_FOLDER.test(entry.name)) trimFolder(path);
    else if (entry.isDirectory() || UNUSED_FILE.test(entry.name)) rmSync(path, { recursive: true, force: true });
  }
}
