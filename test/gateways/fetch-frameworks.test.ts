/** Next.js and SvelteKit, each built for production and served by its own server, with the handlers for the Fetch API. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createClient } from 'graphql-sse';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../support/package.ts';
import { start } from '../support/process.ts';
import { ask, CALLBACK_SECRET, JWT_SECRET, signedCallback, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startApplication } from './application.ts';
import { installedPath } from './installed.ts';

let resources: AsyncDisposableStack;
let env: Record<string, string>;
beforeEach(() => {
  resources = new AsyncDisposableStack();
  const folder = resources.use(temporaryFolder());
  const NODE_OPTIONS = `--import ${pathToFileURL(join(import.meta.dirname, 'hooks.js')).href}`;
  const DATABASE_URL = `sqlite:${folder.path}/kyc.db`;
  env = { CALLBACK_SECRET, JWT_SECRET, DATABASE_URL, NODE_OPTIONS, REPOSITORY: ROOT, NEXT_TELEMETRY_DISABLED: '1' };
  installGateway();
});
afterEach(async () => resources.disposeAsync());

/** The package as bundlers find it: they leave it to Node, which then loads the sources of this clone (hooks.js). */
function installGateway(): void {
  const folder = installedPath('xgateway-kyc');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    '{"name":"xgateway-kyc","version":"0.1.0","type":"module","exports":"./index.js"}',
  );
  writeFileSync(join(folder, 'index.js'), "export { createKycGateway } from '../../../../src/index.ts';\n");
}

/** Builds a copy of an application, so that what it writes is in nobody's way. */
function build(name: string, bin: readonly string[]): string {
  const folder = mkdtempSync(join(import.meta.dirname, '.build-'));
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(import.meta.dirname, 'apps', name), join(folder, name), { recursive: true });
  cpSync(join(import.meta.dirname, 'apps', 'open-gateway.js'), join(folder, 'open-gateway.js'));
  const cwd = join(folder, name);
  const { status, stdout, stderr } = spawnSync(process.execPath, [installedPath(...bin), 'build'], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
    timeout: 150_000,
  });
  expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  return cwd;
}

async function expectServed(url: string): Promise<void> {
  const send = async (status: string, type: string) => {
    const headers = { 'content-type': type };
    const response = await fetch(`${url}/hooks/kyc`, {
      method: 'POST',
      headers,
      body: signedCallback('alice', { status }),
    });
    return [response.status, await response.text()];
  };
  expect(await send('CREATED', 'application/json')).toEqual([200, expect.stringContaining('applied')]);
  expect(await send('KYC_PENDING', 'text/plain')).toEqual([200, expect.stringContaining('applied')]);
  expect(await send('KYC_PENDING', 'application/x-www-form-urlencoded')).toEqual([
    200,
    expect.stringContaining('unchanged'),
  ]);
  const bearer = await token({ sub: 'alice' });
  expect(await ask(url, '{ myKyc { status } }', bearer)).toEqual({ data: { myKyc: { status: 'KYC_PENDING' } } });
  const client = createClient({
    url: `${url}/graphql`,
    headers: { authorization: `Bearer ${bearer}` },
    retryAttempts: 0,
  });
  resources.defer(() => client.dispose());
  const updates = client.iterate({ query: 'subscription { kycStatusChanged { status } }' });
  expect((await updates.next()).value).toEqual({ data: { kycStatusChanged: { status: 'KYC_PENDING' } } });
  await send('FULL_USER', 'application/json');
  expect((await updates.next()).value).toEqual({ data: { kycStatusChanged: { status: 'FULL_USER' } } });
}

test('Next.js 16', async () => {
  const cwd = build('next', ['next', 'dist', 'bin', 'next']);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const words = [installedPath('next', 'dist', 'bin', 'next'), 'start', '-H', '127.0.0.1', '-p', String(port)] as const;
  const next = resources.use(start([process.execPath, ...words], cwd, env));
  await next.line((line) => line.includes('Ready in'));
  await expectServed(`http://127.0.0.1:${port}`);
}, 240_000);

test('SvelteKit', async () => {
  const cwd = build('sveltekit', ['vite', 'bin', 'vite.js']);
  const server = relative(join(import.meta.dirname, 'apps'), join(cwd, 'server.js'));
  const { url } = resources.use(await startApplication(server, env));
  await expectServed(url);
}, 240_000);
