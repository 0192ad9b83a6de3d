/** Bun and Deno, each with its own server: callbacks, queries and event streams, and what was acknowledged is there after a `kill -9`. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createClient } from 'graphql-sse';
import { expect, test } from 'vitest';
import { ROOT } from '../support/package.ts';
import { type Running, start } from '../support/process.ts';
import { ask, CALLBACK_SECRET, JWT_SECRET, signedCallback, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { installedPath } from './installed.ts';

const RUNTIMES: readonly (readonly [string, readonly string[]])[] = [
  ['bun', ['--no-install']],
  ['deno', ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual']],
];

test.each(RUNTIMES)(
  '%s',
  async (name, words) => {
    await using resources = new AsyncDisposableStack();
    const folder = resources.use(temporaryFolder()).path;
    const GATEWAY = pathToFileURL(join(ROOT, 'src', 'index.ts')).href;
    const env = { GATEWAY, CALLBACK_SECRET, JWT_SECRET, DATABASE_URL: `sqlite:${folder}/kyc.db` };
    // A copy: beside the original a gateway would find the graphql of this folder, and refuse it.
    const app = join(folder, `${name}.js`);
    cpSync(join(import.meta.dirname, 'apps', `${name}.js`), app);
    const run = async (): Promise<[Running, string]> => {
      const server = resources.use(start([installedPath('.bin', name), ...words, app], folder, env));
      const url = await server.line((line) => line.startsWith('http'));
      return [server, url.replace(/\/$/, '')];
    };
    const [first, url] = await run();
    const report = async (status: string) => {
      const body = signedCallback('alice', { status });
      const answer = await fetch(`${url}/callbacks/kyc`, { method: 'POST', body });
      return [answer.status, await answer.text()];
    };
    expect(await report('KYC_PENDING')).toEqual([200, expect.stringContaining('applied')]);
    expect(await report('KYC_PENDING')).toEqual([200, expect.stringContaining('unchanged')]);
    const bearer = await token({ sub: 'alice' });
    expect(await ask(url, '{ myKyc { status } }', bearer)).toEqual({ data: { myKyc: { status: 'KYC_PENDING' } } });
    const headers = { authorization: `Bearer ${bearer}` };
    const client = createClient({ url: `${url}/graphql/stream`, headers, retryAttempts: 0 });
    const updates = client.iterate({ query: 'subscription { kycStatusChanged { status } }' });
    expect((await updates.next()).value).toEqual({ data: { kycStatusChanged: { status: 'KYC_PENDING' } } });
    await report('FULL_USER');
    expect((await updates.next()).value).toEqual({ data: { kycStatusChanged: { status: 'FULL_USER' } } });
    client.dispose();
    await first.kill('SIGKILL');
    const [, again] = await run();
    expect(await ask(again, '{ myKyc { status } }', bearer)).toEqual({ data: { myKyc: { status: 'FULL_USER' } } });
  },
  60_000,
);
