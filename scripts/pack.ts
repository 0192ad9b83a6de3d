/**
 * `npm pack` makes two tarballs: xgateway-kyc, and xgateway-kyc-client for frontends that want nothing else.
 *
 * The package.json of a clone is not the one that users get: npm runs what stands in its `prepare` and checks its `engines`
 * in every `npx xgateway-kyc` in a clone. So `prepack` puts the published one in its place, and `postpack` puts it back.
 * When a pack is cut off between the two, the next one, or `git checkout package.json`, restores it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from './build.ts';

const ROOT = join(import.meta.dirname, '..');
const MANIFEST = join(ROOT, 'package.json');
const SAVED = join(ROOT, '.build-package.json');
/** What the package runs on. The clone itself starts from any Node: it brings its own. */
const ENGINES = { node: '>=24' };

type Manifest = Readonly<Record<string, unknown>> & {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
};

/** The manifest that is published: without what only a clone needs, and with the Node that it runs on. */
export function publishedManifest(manifest: Manifest): Manifest {
  const { scripts: _scripts, devDependencies: _dev, allowScripts: _allow, ...published } = manifest;
  return { ...published, engines: ENGINES };
}

/** The manifest of the client alone. */
export function clientManifest({ version, license, dependencies }: Manifest): object {
  return {
    name: 'xgateway-kyc-client',
    version,
    description: "Follows one customer's KYC from a frontend, across reconnects: plain, with React, Vue or Svelte.",
    license,
    private: true,
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './node': { types: './dist/node.d.ts', default: './dist/node.js' },
      './react': { types: './dist/react.d.ts', default: './dist/react.js' },
      './vue': { types: './dist/vue.d.ts', default: './dist/vue.js' },
      './svelte': { types: './dist/svelte.d.ts', default: './dist/svelte.js' },
      './package.json': './package.json',
    },
    files: ['dist'],
    dependencies: { 'graphql-ws': dependencies['graphql-ws'] },
    peerDependencies: { react: '>=18', svelte: '>=4', vue: '>=3.3' },
    peerDependenciesMeta: { react: { optional: true }, svelte: { optional: true }, vue: { optional: true } },
  };
}

async function before(): Promise<void> {
  restore();
  await build();
  const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest;
  cpSync(MANIFEST, SAVED);
  writeFileSync(MANIFEST, `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
}

function after(): void {
  restore();
  if (process.env['npm_config_dry_run'] !== 'true') packClient(process.env['npm_config_pack_destination'] ?? ROOT);
}

function restore(): void {
  if (existsSync(SAVED)) renameSync(SAVED, MANIFEST);
}

/** Packs the built client into `destination`. */
function packClient(destination: string): void {
  const folder = mkdtempSync(join(ROOT, '.build-client-'));
  try {
    const manifest = clientManifest(JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest);
    cpSync(join(ROOT, 'dist', 'client'), join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    writeFileSync(join(folder, 'README.md'), CLIENT_README);
    mkdirSync(resolve(ROOT, destination), { recursive: true });
    const words = ['pack', folder, '--pack-destination', resolve(ROOT, destination), '--silent'];
    const { status } = spawnSync('npm', words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error('npm could not pack xgateway-kyc-client.');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const CLIENT_README = `# xgateway-kyc-client

The client of [xgateway-kyc](https://www.npmjs.com/package/xgateway-kyc), alone: the same modules as \`xgateway-kyc/client\`,
\`xgateway-kyc/react\`, \`xgateway-kyc/vue\` and \`xgateway-kyc/svelte\`, for frontends that need nothing of the server.

\`\`\`ts
import { followKyc } from 'xgateway-kyc-client';

for await (const update of followKyc({ url: '/graphql', token: () => fetchToken() })) {
  show(update.status, update.nextAction);
}
\`\`\`

\`\`\`tsx
import { KycProvider, useKycStatus } from 'xgateway-kyc-client/react';
import { useKycStatus } from 'xgateway-kyc-client/vue';
import { kycStore } from 'xgateway-kyc-client/svelte';
\`\`\`
`;

if (import.meta.main) {
  if (process.argv[2] === 'before') await before();
  else after();
}
