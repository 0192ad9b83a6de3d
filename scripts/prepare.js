// `npm ci` runs this: it builds when the sources have changed. Plain JavaScript: the production install may run on any Node.
//
// npm also runs it when somebody calls `npx xgateway-kyc` in a clone. A server may be running from that build, so nothing
// happens then. After `npm ci --omit=dev` there is no compiler, and the build that exists stays.
import { existsSync, readdirSync, rmSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const isNpx = process.env.npm_command === 'exec';
const canBuild = existsSync(new URL('node_modules/typescript', root)) && existsSync(new URL('node_modules/vite', root));

if (!isNpx && canBuild) {
  trimNode();
  const { build } = await import('./build.ts');
  await build();
}

/** Removes the C headers of the Node that npm installed: 67 MB that nothing here compiles against. */
function trimNode() {
  const packages = new URL('node_modules/', root);
  for (const name of readdirSync(packages).filter((each) => /^node-(bin-)?(linux|darwin|win)-/.test(each))) {
    rmSync(new URL(`${name}/include`, packages), { recursive: true, force: true });
  }
}
