/**
 * How long does a person wait for each page of the console on a large journal?
 *
 *   node bench/staff-lists.ts --journal /tmp/kyc.db && npm run build && node bench/console-pages.ts --journal /tmp/kyc.db [--rounds 5]
 *
 * The built server serves the journal in a process of its own; a Chromium shows the console. A time is that from the click, or from the
 * change of the address, to the first frame with the rows on it. Medians and the slowest; the first round, which nothing has read before,
 * is among them.
 */
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../test/support/chromium.ts';
import { startConsoleServer } from './harness/console-server.ts';

const { values } = parseArgs({
  options: {
    journal: { type: 'string', default: '/tmp/kyc-staff-lists.db' },
    rounds: { type: 'string', default: '5' },
  },
});
const rounds = Number(values.rounds);

/** Where to go, and the text or the selector that shows that it is there. */
const PAGES: readonly (readonly [name: string, hash: string, shown: string])[] = [
  ['attention', '#/attention', `document.querySelectorAll('.attention-item').length >= 50`],
  ['customers', '#/customers', `document.querySelectorAll('.row').length >= 20`],
  ['customers, by status', '#/customers?status=KYC_PENDING', only('.row', 'In review')],
  ['customers, in doubt', '#/customers?doubt=yes', `document.querySelectorAll('.row').length >= 20`],
  ['customers, a prefix that 11,111 have', '#/customers?customer=c12', only('.row', 'c12')],
  ['updates', '#/updates', `document.querySelectorAll('.stream-row').length >= 20`],
  ['updates, reversals', '#/updates?reversal=yes', `document.querySelectorAll('.stream-row').length >= 20`],
  ['updates, a status and a prefix', '#/updates?status=SOFT_KYC_FAILED&customer=c49', only('.stream-row', 'c49')],
  ['one customer', '#/customers/c250000', `document.querySelectorAll('.entry').length >= 3`],
  ['one customer’s record', '#/record/c250000', `document.querySelectorAll('.record-entry').length >= 3`],
  ['a customer who does not exist', '#/customers/c1234x6', `document.querySelector('.not-found') !== null`],
  ['dead letters', '#/dead-letters', `document.body.innerText.includes('Every callback was recorded')`],
  ['consumers', '#/consumers', `document.body.innerText.includes('Named consumers belong')`],
  ['statistics, 30 days', '#/statistics', `document.querySelectorAll('.day').length >= 7`],
  ['audit log', '#/audit', `document.body.innerText.includes('is recorded here')`],
];

/** Nothing of the pages that are measured is left. */
const EMPTY = `document.querySelector('.attention-item, .row, .stream-row, .entry, .record-entry, .not-found, .day') === null`;

/** Rows, each of them with the text. */
function only(rows: string, text: string): string {
  return `[...document.querySelectorAll('${rows}')].length >= 20 &&
    [...document.querySelectorAll('${rows}')].every((row) => row.textContent.includes('${text}'))`;
}

await using cleanup = new AsyncDisposableStack();
const { link } = cleanup.use(await startConsoleServer(`sqlite:${values.journal}`));
const browser = await launchBrowser();
cleanup.defer(() => browser.close());
const page = await browser.newPage({ viewport: { width: 1_440, height: 900 }, bypassCSP: true });
await page.goto(link);
await page.getByText('Live', { exact: true }).waitFor();

process.stdout.write(`${'page'.padEnd(40)} ${'median'.padStart(9)} ${'slowest'.padStart(9)}\n`);
for (const [name, hash, shown] of PAGES) {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // From another page, so that nothing is left of the last round.
    await open(page, name === 'consumers' ? '#/dead-letters' : '#/consumers', EMPTY);
    times.push(await open(page, hash, shown));
  }
  const sorted = times.toSorted((a, b) => a - b);
  const ms = (time: number | undefined) => `${Math.round(time ?? Number.NaN)} ms`.padStart(9);
  process.stdout.write(`${name.padEnd(40)} ${ms(sorted[Math.floor(rounds / 2)])} ${ms(sorted.at(-1))}\n`);
}

/** Goes to a place, and says how long it took until it was on the screen; NaN after ten seconds. */
async function open(opened: Page, hash: string, shown: string): Promise<number> {
  return opened.evaluate<number>(`new Promise((resolve) => {
    const start = performance.now();
    const look = () => {
      if (${shown}) resolve(performance.now() - start);
      else if (performance.now() - start > 10_000) resolve(NaN);
      else requestAnimationFrame(look);
    };
    location.hash = ${JSON.stringify(hash)};
    requestAnimationFrame(look);
  })`);
}
