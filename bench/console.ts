/**
 * How does the console behave with a million customers and 500 updates a second?
 *
 *   npm run build && node bench/console.ts [--customers 1000000] [--rate 500] [--seconds 20]
 *
 * A journal is filled directly; the built server serves it in a process of its own, a Chromium shows the console, and signed
 * callbacks come over HTTP. Times are those of a person who waits: from the act to what is on the screen.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { openJournal } from '../src/journal/open.ts';
import { callbackHash } from '../src/xgateway/callback-hash.ts';
import { launchBrowser } from '../test/support/chromium.ts';
import { startConsoleServer } from './harness/console-server.ts';
import { CALLBACK_SECRET } from './harness/fixtures.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
  },
});
const customers = Number(values.customers);
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const STATUSES = ['CREATED', 'KYC_NEEDED', 'PENDING_KYC_DATA', 'KYC_PENDING', 'FULL_USER', 'SOFT_KYC_FAILED'];
const SEED_BATCH = 5_000;
const WATCHED = 'watched';
// As few connections as a sender of callbacks would keep.
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

const folder = mkdtempSync(join(tmpdir(), 'kyc-console-'));
const databaseUrl = `sqlite:${join(folder, 'kyc.db')}`;
const say = (line: string) => void process.stdout.write(`${line}\n`);
const row = (what: string, value: string) => say(`${what.padEnd(58)} ${value.padStart(12)}`);
const ms = (time: number) => `${Math.round(time)} ms`;
const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await act();
  return performance.now() - start;
};
const quantile = (sorted: readonly number[], part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;

await using cleanup = new AsyncDisposableStack();
cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
row(`${customers} customers recorded`, ms(await timed(seed)));
const { link, url } = cleanup.use(await startConsoleServer(databaseUrl));
const page = await open();

row('link opened → the first customers are on the screen', ms(await timed(() => signIn(page))));
row('scrolled to the end → the next page', ms(await timed(() => nextPage(page))));
row('a status chosen → its customers', ms(await timed(() => choose(page))));
row('an ID searched → the timeline', ms(await timed(() => search(page))));
await page.keyboard.press('Escape');
await page.mouse.move(0, 0);
await page.getByRole('button', { name: /All$/ }).click();
await measureLoad(page);

/** Every customer once, straight into the journal. */
async function seed(): Promise<void> {
  const journal = await openJournal(databaseUrl);
  for (let from = 0; from < customers; from += SEED_BATCH) {
    const length = Math.min(SEED_BATCH, customers - from);
    const batch = Array.from({ length }, (_, index) => ({
      report: { customerId: `c${from + index}`, status: STATUSES[(from + index) % STATUSES.length] ?? null },
      circumstances: { source: 'CALLBACK' as const, receivedAt: Date.now(), requireConfirmation: false },
    }));
    await journal.append(batch);
  }
  await journal.close();
}

async function open(): Promise<Page> {
  const browser = await launchBrowser();
  cleanup.defer(() => browser.close());
  const opened = await browser.newPage({ viewport: { width: 1_440, height: 900 }, bypassCSP: true });
  // Watched from the beginning: how long the page was busy at a time, and when each frame was drawn.
  await opened.addInitScript(`
    window.busy = [];
    new PerformanceObserver((list) => window.busy.push(...list.getEntries().map((entry) => entry.duration)))
      .observe({ type: 'longtask' });`);
  return opened;
}

async function signIn(opened: Page): Promise<void> {
  await opened.goto(link);
  await opened.getByRole('link', { name: 'Customers', exact: true }).click();
  await opened.locator('.row').nth(20).waitFor();
}

async function nextPage(opened: Page): Promise<void> {
  await opened.locator('.customers').hover();
  await opened.mouse.wheel(0, 50_000);
  await opened.locator('.row').nth(99).waitFor({ state: 'attached' });
}

async function choose(opened: Page): Promise<void> {
  await opened.getByRole('button', { name: 'In review' }).click();
  await opened.waitForFunction(`[...document.querySelectorAll('.row')].length >= 50 &&
    [...document.querySelectorAll('.row')].every((row) => row.textContent.includes('In review'))`);
}

async function search(opened: Page): Promise<void> {
  await opened.keyboard.press('/');
  await opened.keyboard.type(`c${Math.floor(customers / 2)}`);
  await opened.keyboard.press('Enter');
  await opened.locator('.entry').first().waitFor();
}

/** Resolves when it is acknowledged. */
async function post(customerId: string, status: string): Promise<void> {
  const body = { callbackType: 'kyc', customerId, hash: callbackHash(customerId, CALLBACK_SECRET), status };
  const sending = request(`${url}/callbacks/kyc`, { method: 'POST', agent }).end(JSON.stringify(body));
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
}

/** Sends at the rate, with the list, the counts and one customer's timeline open; twice a second the callback is theirs. */
async function measureLoad(opened: Page): Promise<void> {
  const profiler = await opened.context().newCDPSession(opened);
  await profiler.send('Performance.enable');
  const metrics = async () => {
    const all = (await profiler.send('Performance.getMetrics')).metrics;
    return new Map(all.map(({ name, value }) => [name, value]));
  };
  const heap = async () => {
    await profiler.send('HeapProfiler.collectGarbage');
    return (await profiler.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
  };
  await post(WATCHED, 'FULL_USER');
  await opened.goto(`${url}/console#/customers/${WATCHED}`);
  await opened.locator('.entry').waitFor();
  const heapBefore = await heap();
  await opened.evaluate('window.busy.length = 0');
  const before = await metrics();
  const lags: number[] = [];
  const watching: Promise<void>[] = [];
  const inFlight = new Set<Promise<unknown>>();
  const startedAt = performance.now();
  let sent = 0;
  for (let tick = 0; tick < seconds * 20; tick++) {
    for (; sent < ((tick + 1) * rate) / 20; sent++) {
      // Every customer once more, to the status after the one that they are in.
      const sending = post(`c${sent}`, STATUSES[(sent + 1) % STATUSES.length] ?? '');
      inFlight.add(sending);
      void sending.finally(() => inFlight.delete(sending));
    }
    if (tick % 10 === 0) watching.push(watch(opened, watching.length + 2, lags));
    await sleep(Math.max(0, startedAt + (tick + 1) * 50 - performance.now()));
  }
  const lasted = performance.now() - startedAt;
  await Promise.all([...inFlight, ...watching]);
  const after = await metrics();
  const used = (name: string) => ((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 1_000;
  const busy = (await opened.evaluate<number[]>('window.busy')).sort((left, right) => left - right);
  lags.sort((left, right) => left - right);
  say('');
  row('callbacks acknowledged a second', String(Math.round((sent / lasted) * 1_000)));
  row('acknowledged → on the screen, p50', ms(quantile(lags, 0.5)));
  row('acknowledged → on the screen, p99', ms(quantile(lags, 0.99)));
  row('the page is busy, of each second', ms((used('TaskDuration') / lasted) * 1_000));
  for (const [part, name] of [
    ['script', 'ScriptDuration'],
    ['style', 'RecalcStyleDuration'],
    ['layout', 'LayoutDuration'],
  ] as const) {
    row(`  of which ${part}`, ms((used(name) / lasted) * 1_000));
  }
  row('busy over 50 ms at a time', `${busy.length} times`);
  row('  the longest', ms(busy.at(-1) ?? 0));
  row('JavaScript heap before', `${heapBefore.toFixed(1)} MiB`);
  row('JavaScript heap after', `${(await heap()).toFixed(1)} MiB`);
}

/** From the acknowledgement of a callback to its entry in the customer's open timeline, in milliseconds. */
async function watch(opened: Page, revision: number, lags: number[]): Promise<void> {
  // Noted in the page's own time, so that the way to the browser and back does not count.
  const seen = opened.evaluate<number>(`new Promise((resolve) => {
    const look = () => document.querySelectorAll('.entry').length >= ${revision}
      ? resolve(performance.timeOrigin + performance.now()) : requestAnimationFrame(look);
    look();
  })`);
  await post(WATCHED, STATUSES[revision % STATUSES.length] ?? '');
  const acknowledgedAt = performance.timeOrigin + performance.now();
  lags.push(Math.max(0, (await seen) - acknowledgedAt));
}
