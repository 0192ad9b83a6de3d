import {
  cpSync,
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KIT_IMPORT, KIT_TEST } from '../support/kit-test.ts';
import { createApplication, pack, ROOT, runProgram, type Tarballs, unpack } from '../support/package.ts';
import { serve, serverEnv } from '../support/process.ts';
import { CALLBACK_SECRET, JWT_SECRET, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
let tarballs: Tarballs;
beforeAll(() => {
  tarballs = pack(folder.path);
}, 120_000);
afterAll(() => folder[Symbol.dispose]());

/** An Express application with the gateway in it, which posts itself a callback and prints the answers. */
const APPLICATION = `
const gateway = await createKycGateway({
  secrets: { current: ${JSON.stringify(CALLBACK_SECRET)} },
  access: { key: { secret: ${JSON.stringify(JWT_SECRET)} } },
  databaseUrl: 'sqlite:kyc.db',
});
await gateway.start();
const app = express();
app.use('/callbacks/kyc', gateway.callbacks);
app.use('/graphql', gateway.graphql);
app.use('/console', consoleRouter());
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = 'http://127.0.0.1:' + server.address().port;
const body = ${JSON.stringify(signedCallback('alice', { status: 'KYC_PENDING' }))};
const callback = await fetch(url + '/callbacks/kyc', { method: 'POST', body });
const page = await fetch(url + '/console');
console.log(callback.status, await callback.text(), page.status);
await gateway.drain();
server.close();
await gateway.stop();
`;
const IMPORTS =
  "import { createKycGateway } from 'xgateway-kyc';\nimport { consoleRouter } from 'xgateway-kyc/console';\n";

/** Writes a script into the application and runs it. */
function runScript(application: string, name: string, text: string, words: readonly string[] = [], env = {}) {
  writeFileSync(join(application, name), text);
  return runProgram(process.execPath, [...words, name], application, env);
}

/** What a process says when its Node claims to be an old one. */
function onOldNode(application: string): string[] {
  writeFileSync(
    join(application, 'old-node.mjs'),
    "Object.defineProperty(process.versions, 'node', { value: '20.20.2' });\n",
  );
  return ['--import', './old-node.mjs'];
}

test('what is published holds no install script, no editor and no source; the documents that it links travel with it', () => {
  const unpacked = join(folder.path, 'contents');
  unpack(tarballs.server, unpacked);
  const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  expect(manifest.scripts).toBeUndefined();
  expect(manifest.devDependencies).toBeUndefined();
  expect(manifest.engines).toEqual({ node: '>=24' });
  // npm refuses to install beside a version that is not in here.
  expect(manifest.peerDependencies.express).toBe('^4.21.0 || ^5.0.0');
  // The bundle of `serve` with its packages is a third of it; what it loads later (sign-in, Postgres, federation) is beside it.
  expect(statSync(tarballs.server).size).toBeLessThan(2_500_000);
  const files = globSync('**/*', { cwd: unpacked });
  expect(files.filter((file) => /monaco|\.sources$|(?<!\.d)\.tsx?$/.test(file))).toEqual([]);
  const readme = readFileSync(join(unpacked, 'README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link);
  // Sources, examples and the contributors' guide are read in the repository.
  const shipped = links.filter((link) => !/^(CONTRIBUTING|src|test|examples|bench)\b/.test(link));
  expect(shipped.filter((link) => !existsSync(join(unpacked, link)))).toEqual([]);
});

test.each([
  ['Express 5', 'express'],
  ['Express 4', 'express-4'],
])('an application on %s that installs the tarball takes a callback and shows the console', (_name, version) => {
  const application = createApplication(folder.path, tarballs.server, 'xgateway-kyc');
  const link = join(application, 'node_modules/express');
  rmSync(link);
  symlinkSync(join(ROOT, 'node_modules', version), link, 'dir');
  const { stdout, stderr } = runScript(
    application,
    'app.mjs',
    `import express from 'express';\n${IMPORTS}${APPLICATION}`,
  );
  expect([stdout, stderr]).toEqual(['200 {"outcome":"applied","revision":1} 200\n', '']);
});

test('an application of CommonJS can require the package, and gets the same module as one that imports it', () => {
  const application = createApplication(folder.path, tarballs.server, 'xgateway-kyc');
  const text =
    "const kyc = require('xgateway-kyc');\nimport('xgateway-kyc').then((same) => console.log(same.createKycGateway === kyc.createKycGateway));";
  expect(runScript(application, 'app.cjs', text)).toEqual({ code: 0, stdout: 'true\n', stderr: '' });
});

test.each(['es', 'cjs'] as const)('a server bundled into one file (%s) runs without its packages', async (format) => {
  const application = createApplication(folder.path, tarballs.server, 'xgateway-kyc');
  const name = `app.${format === 'es' ? 'mjs' : 'cjs'}`;
  writeFileSync(
    join(application, 'entry.mjs'),
    `import express from 'express';\n${IMPORTS}void (async () => {${APPLICATION}})();`,
  );
  const { rolldown } = await import('rolldown');
  // What these packages load only when it is installed.
  const external = ['pg-native', 'react', '@graphql-yoga/render-graphiql'];
  await using bundle = await rolldown({
    cwd: application,
    input: './entry.mjs',
    platform: 'node',
    external,
    logLevel: 'silent',
  });
  const file = join(application, 'dist', name);
  await bundle.write({ file, format, codeSplitting: false });
  cpSync(file, join(application, name));
  rmSync(join(application, 'node_modules'), { recursive: true });
  const { stdout, stderr } = runProgram(process.execPath, [name], application);
  // The console's files are not in the bundle: `folder` says where they are.
  expect([stdout, stderr]).toEqual(['200 {"outcome":"applied","revision":1} 503\n', '']);
});

test('on an old Node the library and the command say which Node they need', () => {
  const application = createApplication(folder.path, tarballs.server, 'xgateway-kyc');
  const words = onOldNode(application);
  const library = runScript(
    application,
    'app.mjs',
    "await import('xgateway-kyc').catch(({ message }) => console.log(message));",
    words,
  );
  expect(library.stdout).toBe('xgateway-kyc needs Node 24 or later, and this is Node 20.20.2.\n');
  const command = runProgram(
    process.execPath,
    [...words, 'node_modules/xgateway-kyc/bin/xgateway-kyc.js', 'serve'],
    application,
  );
  expect(command).toMatchObject({ code: 1, stdout: '' });
  expect(command.stderr).toMatch(/^xgateway-kyc needs Node 24 or later, and this is Node 20\.20\.2 \(.*\)\.\n$/);
});

test('the command of an installed package answers', () => {
  const application = createApplication(folder.path, tarballs.server, 'xgateway-kyc');
  const { code, stdout } = runProgram(
    process.execPath,
    ['node_modules/xgateway-kyc/bin/xgateway-kyc.js', '--help'],
    application,
  );
  expect(code).toBe(0);
  expect(stdout).toContain('serve');
});

test('serve is a bundle: it runs without its packages, and starts without loading what only fetch needs', async () => {
  const application = createApplication(folder.path, tarballs.server, 'xgateway-kyc');
  const modules = join(application, 'node_modules');
  for (const name of readdirSync(modules))
    if (name !== 'xgateway-kyc') rmSync(join(modules, name), { recursive: true });
  const main = join(modules, 'xgateway-kyc/bin/xgateway-kyc.js');
  const report = "process.on('exit', () => console.error(process.moduleLoadList.join('\\n')))";
  const preload = `data:text/javascript,${encodeURIComponent(report)}`;
  await using server = await serve(application, serverEnv(application), [
    process.execPath,
    '--import',
    preload,
    main,
    'serve',
  ]);
  const { stderr } = await server.kill('SIGTERM');
  expect(stderr).toContain('NativeModule http\n');
  expect(stderr).not.toContain('undici');
});

test('a server on Postgres and a federated one are in the bundle too', () => {
  const application = createApplication(folder.path, tarballs.server, 'xgateway-kyc');
  const bundle = globSync('node_modules/xgateway-kyc/dist/serve/*.js', { cwd: application });
  const code = bundle.map((file) => readFileSync(join(application, file), 'utf8')).join('\n');
  expect([...new Set(code.match(/(?<=^import [^'"]*")[^."][^"]*/gm))]).toEqual([]);
  expect([...new Set(code.match(/(?<=import\(")[^."][^"]*/g))]).toEqual([]);
});

test.each(['development', 'production'])('two copies of graphql are refused (%s)', (mode) => {
  const application = createApplication(folder.path, tarballs.server, 'xgateway-kyc');
  const own = join(application, 'node_modules', 'xgateway-kyc', 'node_modules', 'graphql');
  cpSync(join(ROOT, 'node_modules', 'graphql'), own, { recursive: true });
  const text = `${IMPORTS}
await createKycGateway({ secrets: { current: 's' }, access: () => null }).catch(({ message }) => console.log(message));`;
  const { stdout } = runScript(application, 'app.mjs', text, [], { NODE_ENV: mode });
  expect(stdout).toMatch(/^Two copies of graphql are in use: .*, used by xgateway-kyc; and .*`npm ls graphql`.*\n$/);
});

test.each(['16.10.0', '17.0.0'])('graphql %s is refused', (version) => {
  const application = createApplication(folder.path, tarballs.server, 'xgateway-kyc');
  const copy = join(application, 'graphql');
  cpSync(join(ROOT, 'node_modules', 'graphql'), copy, { recursive: true });
  const file = join(copy, 'version.js');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/const version = '[^']*'/, `const version = '${version}'`));
  const link = join(application, 'node_modules', 'graphql');
  rmSync(link);
  symlinkSync(copy, link, 'dir');
  const text = `${IMPORTS}
await createKycGateway({ secrets: { current: 's' }, access: () => null }).catch(({ message }) => console.log(message));`;
  const { stdout } = runScript(application, 'app.mjs', text);
  expect(stdout).toBe(
    `xgateway-kyc needs graphql 16.11 or later, below 17, and got ${version}. Run: npm install graphql@16\n`,
  );
});

test('the client installs alone: graphql-ws is all that is beneath it', async () => {
  const unpacked = join(folder.path, 'client');
  unpack(tarballs.client, unpacked);
  const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  expect(Object.keys(manifest.dependencies)).toEqual(['graphql-ws']);
  const optional = { optional: true };
  expect(manifest.peerDependenciesMeta).toEqual({ react: optional, svelte: optional, vue: optional });
  expect(statSync(tarballs.client).size).toBeLessThan(60_000);
  const application = createApplication(folder.path, tarballs.client, 'xgateway-kyc-client', ['react', 'graphql']);
  writeFileSync(
    join(application, 'page.mjs'),
    "export { followKyc } from 'xgateway-kyc-client';\nexport { useKycStatus } from 'xgateway-kyc-client/react';\n",
  );
  const { rolldown } = await import('rolldown');
  await using bundle = await rolldown({
    cwd: application,
    input: './page.mjs',
    platform: 'browser',
    external: ['react'],
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'es', minify: true });
  expect(output[0].code.length).toBeLessThan(40_000);
  expect(output[0].code).not.toContain('node:');
});

test.each([
  ['node:test', "import { test } from 'node:test';\n", 'kit.test.mjs', ['--test']],
  [
    'Vitest',
    "import { test } from 'vitest';\n",
    'kit.test.mjs',
    ['node_modules/vitest/vitest.mjs', 'run', '--root', '.'],
  ],
])('the testing kit works in %s', (_runner, imports, name, words) => {
  const application = createApplication(folder.path, tarballs.server, 'xgateway-kyc', ['vitest']);
  const { code, stdout, stderr } = runScript(application, name, imports + KIT_IMPORT + KIT_TEST, words);
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/pass(ed)? 1\b|1 passed/);
});

test('nothing of the testing kit is in the server, and the kit without a gateway is small', () => {
  const unpacked = join(folder.path, 'contents-of-kit');
  unpack(tarballs.server, unpacked);
  const files = globSync('dist/**/*.js', { cwd: unpacked }).filter((file) => !file.startsWith('dist/testing/'));
  expect(files.filter((file) => /['"][./]*testing\//.test(readFileSync(join(unpacked, file), 'utf8')))).toEqual([]);
});
