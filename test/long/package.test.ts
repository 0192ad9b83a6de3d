/** The packed tarballs, installed with npm from the registry in applications as a user would set them up. */
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyClone, pack, runProgram, type Tarballs } from '../support/package.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const INSTALL_MS = 300_000;
const folder = temporaryFolder();
let tarballs: Tarballs;
beforeAll(() => {
  tarballs = pack(folder.path);
}, INSTALL_MS);
afterAll(() => folder[Symbol.dispose]());

/** npm with the machine's own settings: proxies, certificates, a registry. */
const npm = (words: readonly string[], cwd: string) => runProgram('npm', words, cwd, process.env);

/** A new application with these packages, installed by npm, and these files. */
function application(packages: readonly string[], files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(folder.path, 'application-'));
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name: 'application', type: 'module', private: true }));
  const { code, stderr } = npm(['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], path);
  expect(code, stderr).toBe(0);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const SERVER = `import { createServer } from 'node:http';
import express from 'express';
import { createKycGateway, type CallbackSecrets, type KycContext, type Metrics } from 'xgateway-kyc';
import { consoleRouter } from 'xgateway-kyc/console';

const secrets: CallbackSecrets = { current: 'secret' };
const gateway = await createKycGateway({
  secrets,
  access: { key: { secret: 'x'.repeat(32) } },
  databaseUrl: 'sqlite:kyc.db',
});
const metrics: Metrics = gateway.metrics;
export const contextOf = (headers: Record<string, string>): Promise<KycContext> => gateway.context({ headers });
await gateway.start();
const app = express();
app.use('/callbacks/kyc', gateway.callbacks);
app.use('/graphql', gateway.graphql);
app.use('/console', consoleRouter());
const server = createServer(app);
gateway.attachWebSocket(server);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('no port');
const response = await fetch(\`http://127.0.0.1:\${address.port}/graphql?query={__typename}\`, {
  headers: { 'apollo-require-preflight': 'true' },
});
console.log((await response.text()).trim(), (await metrics.registry.metrics()).length > 0);
await gateway.drain();
server.close();
await gateway.stop();
`;
const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable', 'dom'],
    types: ['node'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
  },
  include: ['*.ts'],
};

test(
  'a fresh TypeScript application (strict, ESM) compiles and runs; esbuild bundles it into a server that runs',
  () => {
    const packages = ['express', 'typescript', '@types/node', 'esbuild', tarballs.server];
    const path = application(packages, { 'server.ts': SERVER, 'tsconfig.json': JSON.stringify(TSCONFIG) });
    expect(runProgram('npx', ['tsc'], path)).toMatchObject({ code: 0, stdout: '' });
    const answer = '{"data":{"__typename":"Query"}} true\n';
    expect(runProgram(process.execPath, ['server.js'], path)).toMatchObject({ code: 0, stdout: answer, stderr: '' });
    const banner =
      "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";
    const bundle = ['esbuild', 'server.js', '--bundle', '--platform=node', '--format=esm', '--outfile=bundle.mjs'];
    const words = [...bundle, `--banner:js=${banner}`, '--external:pg-native', '--log-level=warning'];
    expect(runProgram('npx', words, path)).toMatchObject({ code: 0, stderr: '' });
    // Nothing beside the file.
    const alone = mkdtempSync(join(folder.path, 'bundle-'));
    writeFileSync(join(alone, 'bundle.mjs'), readFileSync(join(path, 'bundle.mjs')));
    expect(runProgram(process.execPath, ['bundle.mjs'], alone)).toMatchObject({ code: 0, stdout: answer, stderr: '' });
    expect(readdirSync(join(path, 'node_modules')).filter((name) => name.startsWith('node-'))).toEqual([]);
  },
  INSTALL_MS,
);

test(
  'a fresh Vite page installs the client alone, and its bundle is small',
  () => {
    const page = `import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { KycProvider, useKycStatus } from 'xgateway-kyc-client/react';
function Status() {
  const { kyc } = useKycStatus();
  return createElement('p', null, kyc?.status ?? 'none');
}
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(createElement(KycProvider, { url: '/graphql', token: async () => 't' }, createElement(Status)));
}
`;
    const alone = application([tarballs.client], {});
    const installed = readdirSync(join(alone, 'node_modules')).filter((name) => !name.startsWith('.'));
    // graphql is graphql-ws' own peer.
    expect(installed.sort()).toEqual(['graphql', 'graphql-ws', 'xgateway-kyc-client']);
    const path = application(
      ['vite', 'react', 'react-dom', 'typescript', '@types/react', '@types/react-dom', tarballs.client],
      {
        'index.html': '<!doctype html><div id="root"></div><script type="module" src="./main.ts"></script>',
        'main.ts': page,
        'tsconfig.json': JSON.stringify({
          compilerOptions: {
            target: 'es2022',
            lib: ['es2022', 'dom', 'dom.iterable'],
            types: [],
            module: 'esnext',
            moduleResolution: 'bundler',
            strict: true,
            noEmit: true,
          },
          files: ['main.ts'],
        }),
      },
    );
    expect(runProgram('npx', ['tsc'], path)).toMatchObject({ code: 0, stdout: '' });
    expect(runProgram('npx', ['vite', 'build', '--logLevel', 'error'], path)).toMatchObject({ code: 0 });
    const assets = join(path, 'dist', 'assets');
    const size = readdirSync(assets).reduce((total, name) => total + statSync(join(assets, name)).size, 0);
    expect(size).toBeLessThan(350_000);
  },
  INSTALL_MS,
);

test(
  'a built clone keeps its build through npm ci --omit=dev, and its server starts',
  () => {
    const clone = copyClone(folder.path);
    expect(runProgram('npm', ['run', 'build'], clone).code).toBe(0);
    const before = statSync(join(clone, 'dist')).ino;
    // The link to this clone's packages must not be emptied by npm.
    expect(runProgram('rm', ['node_modules'], clone).code).toBe(0);
    expect(npm(['ci', '--omit=dev', '--prefer-offline'], clone)).toMatchObject({ code: 0 });
    expect(statSync(join(clone, 'dist')).ino).toBe(before);
    const { stdout } = runProgram(process.execPath, ['bin/xgateway-kyc.js', 'token', '--customer', 'alice'], clone, {
      JWT_SECRET: 'x'.repeat(32),
    });
    expect(stdout).toMatch(/^ey/);
  },
  INSTALL_MS,
);
