// `npm ci` runs this: it builds when the sources have changed. Plain JavaScript: the production install may run on any Node.
//
// npm also runs it when somebody calls `npx xgateway-kyc` in a clone. A server may be running from that build, so nothing
// happens then. After `npm ci --omit=dev` there is no compiler, and the build that exists stays.
import { existsSync, readdirSync, rmSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const isNpx = process.env.npm_command === 'exec';
const canBuild = existsSync(new URL('node_modules/typescript', root)) && existsSync(new URL('node_modules/vite', root));

if (!isNpx && canBuild) {
  trim();
  const { build } = await import('./build.ts');
  await build();
}

/** Removes 85 MB that nothing here reads: C headers of the Node that npm installed, and second copies in another module format. */
function trim() {
  const packages = new URL('node_modules/', root);
  const nodes = readdirSync(packages).filter((each) => /^node-(bin-)?(linux|darwin|win)-/.test(each));
  const unused = [
    ...nodes.map((name) => `${name}/include`),
    '@apollo/client/__cjs',
    '@graphql-yoga/render-graphiql/esm',
  ];
  for (const folder of unused) rmSync(new URL(folder, packages), { recursive: true, force: true });
}
