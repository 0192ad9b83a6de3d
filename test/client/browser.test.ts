import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bundlePage } from '../support/bundle.ts';
import { launchBrowser } from '../support/chromium.ts';
import { startTestServer, type TestServer, token } from '../support/server.ts';
import { type TcpProxy, tcpProxy, through } from '../support/tcp-proxy.ts';
import type { FollowPage } from './follow-page.ts';

let browser: Browser;
let script: string;
let server: TestServer;
let proxy: TcpProxy;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  script = (await bundlePage('test/client/follow-page.ts')).code;
}, 120_000);
afterAll(() => browser.close());

beforeEach(async () => {
  server = await startTestServer();
  proxy = await tcpProxy(Number(new URL(server.url).port));
  page = await browser.newPage();
});
afterEach(async () => {
  await page.close();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const said = (label: string) => server.callback('c', { status: 'SOFT_KYC_FAILED', kycRejectLabel: label });

/** Opens a page of the server's origin and follows there. */
async function open(): Promise<void> {
  await page.goto(through(proxy, `${server.url}/health/live`));
  await page.addScriptTag({ content: script });
  await page.evaluate(
    (bearer) => (globalThis as unknown as { page: FollowPage }).page.follow(bearer),
    await token({ sub: 'c' }),
  );
}
const labels = () => page.evaluate(() => (globalThis as unknown as { page: FollowPage }).page.labels);
const state = () => page.evaluate(() => (globalThis as unknown as { page: FollowPage }).page.follower?.state);

test('a reloaded page continues where it was', async () => {
  await said('A');
  await open();
  await expect.poll(labels).toEqual(['A']);
  expect(await state()).toEqual({ name: 'live', transport: 'websocket' });
  await said('B');
  await expect.poll(labels).toEqual(['A', 'B']);
  await page.goto('about:blank');
  await said('C');
  await said('D');
  await open();
  await expect.poll(labels).toEqual(['C', 'D']);
});

test("where WebSockets do not pass, the browser's fetch carries the events; a cut is resumed", async () => {
  proxy.judge = (chunk) => (/^upgrade: websocket/im.test(chunk.toString('latin1')) ? 'cut' : 'pass');
  await said('A');
  await open();
  await expect.poll(labels).toEqual(['A']);
  expect(await state()).toEqual({ name: 'live', transport: 'sse' });
  proxy.cut();
  await said('B');
  await expect.poll(labels).toEqual(['A', 'B']);
  expect(await state()).toEqual({ name: 'live', transport: 'sse' });
});

test.each([
  ['websocket', 'pass'],
  ['sse', 'cut'],
] as const)('over %s a browser of early 2022 suffices', async (transport, upgrades) => {
  proxy.judge = (chunk) => (/^upgrade: websocket/im.test(chunk.toString('latin1')) ? upgrades : 'pass');
  await page.addInitScript(() => {
    for (const [owner, name] of [
      [Promise, 'withResolvers'],
      [AbortSignal, 'any'],
      [AbortSignal, 'timeout'],
      [Array.prototype, 'toSorted'],
      [Array.prototype, 'findLast'],
      [Set.prototype, 'union'],
      [globalThis, 'TextDecoderStream'],
      [ReadableStream.prototype, Symbol.asyncIterator],
    ] as const) {
      Reflect.deleteProperty(owner, name);
    }
  });
  await said('A');
  await open();
  await expect.poll(labels).toEqual(['A']);
  expect(await state()).toEqual({ name: 'live', transport });
  await said('B');
  await expect.poll(labels).toEqual(['A', 'B']);
});
