/** The whole audit of the GraphQL over HTTP specification. What it does not pass is in docs/http.md, each with its reason. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop, type Shop } from '../embedding/shop.ts';
import { readerToken, startTestServer, type TestServer } from '../support/server.ts';
import { installedModule } from './installed.ts';

const { serverAudits } = installedModule('graphql-http') as {
  serverAudits(options: { url: string; fetchFn: typeof fetch }): readonly Audit[];
};

interface Audit {
  readonly id: string;
  readonly name: string;
  fn(): Promise<{ readonly status: 'ok' | 'notice' | 'warn' | 'error'; readonly reason?: string }>;
}

/** With a token, and what fails besides without one, in development. */
const FAILS = ['9ABE', '58B3', '572B', 'FDE2', '7B9B'];
const FAILS_WITHOUT_TOKEN = ['5A70', 'D6D5', '6A70', '58B3', '572B', 'FDE2', '7B9B'];

let server: TestServer;
let shop: Shop;
let plain: string;
let withToken: (fetchFn: typeof fetch) => typeof fetch;
beforeAll(async () => {
  server = await startTestServer();
  shop = await openShop();
  plain = await shop.serve(createServer((request, response) => shop.gateway.graphql(request, response)));
  const authorization = `Bearer ${await readerToken()}`;
  withToken = (fetchFn) => (url, init) => fetchFn(url, { ...init, headers: { ...init?.headers, authorization } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

const fetchHere = ((url: string, init?: RequestInit) => shop.gateway.fetch(new Request(url, init))) as typeof fetch;

test.each<[string, () => { url: string; fetchFn: typeof fetch }, readonly string[]]>([
  ['the server, with a token', () => ({ url: server.url, fetchFn: withToken(fetch) }), FAILS],
  ['the server in development, without a token', () => ({ url: server.url, fetchFn: fetch }), FAILS_WITHOUT_TOKEN],
  ['the plain handlers', () => ({ url: plain, fetchFn: withToken(fetch) }), FAILS],
  ['gateway.fetch', () => ({ url: 'http://kyc.example', fetchFn: withToken(fetchHere) }), FAILS],
])(
  '%s: every MUST passes, and each SHOULD and MAY but those that docs/http.md explains',
  async (_name, target, fails) => {
    const { url, fetchFn } = target();
    const audits = serverAudits({ url: `${url}/graphql`, fetchFn });
    expect(audits.length).toBeGreaterThan(55);
    const failed: Record<string, string> = {};
    for (const audit of audits) {
      const { status, reason } = await audit.fn();
      if (status !== 'ok') failed[audit.id] = `${audit.name}: ${reason}`;
    }
    expect(Object.values(failed).filter((text) => text.startsWith('MUST'))).toEqual([]);
    expect(Object.keys(failed).sort()).toEqual([...fails].sort());
  },
);

test('docs/http.md has a row for each of them', () => {
  const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([0-9A-F]{4})` \|/gm)].map(([, id]) => id);
  expect(rows.sort()).toEqual([...new Set([...FAILS, ...FAILS_WITHOUT_TOKEN])].sort());
});
