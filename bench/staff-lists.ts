/**
 * How long do the queries of staff take on a large journal?
 *
 *   node bench/staff-lists.ts --journal /tmp/kyc.db [--customers 500000] [--entries 2000000] [--rounds 30]
 *
 * A journal is filled where there is none, with two years of customers: most are approved, some are rejected, taken back or late. The
 * server runs in this process on one core with its client, so the times are what a person waits for, at most.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import { openJournal } from '../src/journal/open.ts';
import { startServer } from '../src/server/app.ts';
import { readSettings } from '../src/server/settings.ts';

const { values } = parseArgs({
  options: {
    journal: { type: 'string', default: '/tmp/kyc-staff-lists.db' },
    customers: { type: 'string', default: '500000' },
    entries: { type: 'string', default: '2000000' },
    rounds: { type: 'string', default: '30' },
  },
});
const [customers, entries, rounds] = [values.customers, values.entries, values.rounds].map(Number) as [
  number,
  number,
  number,
];
const JWT_SECRET = 'the secret of the measurement, of thirty-two bytes or more';
const DAY_MS = 86_400_000;
const YEARS_MS = 730 * DAY_MS;
const BATCH = 5_000;
const log = pino({ level: 'silent' });
const say = (line: string) => void process.stdout.write(`${line}\n`);

const PAGE = 'pageInfo { hasNextPage }';
const CUSTOMERS = (filter: string) =>
  `{ kycCustomers(first: 50, filter: { ${filter} }) { nodes { customerId status } ${PAGE} } }`;
const ATTENTION = (given: string) =>
  `{ kycAttention${given} { totalCount nodes { kinds since customerId update { status doubtReason acknowledgedBy { by } } } ${PAGE} } }`;
const monthAgo = new Date(Date.now() - 30 * DAY_MS).toISOString();
const QUERIES: Readonly<Record<string, string>> = {
  'customers, all': CUSTOMERS(''),
  'customers, by status': CUSTOMERS('statuses: [KYC_PENDING]'),
  'customers, verified': CUSTOMERS('verified: true'),
  'customers, in doubt': CUSTOMERS('inDoubt: true'),
  'customers, reversed': CUSTOMERS('reversed: true'),
  'customers, by prefix (11,111 have it)': CUSTOMERS('customerIdPrefix: "c12"'),
  'customers, by prefix and status': CUSTOMERS('customerIdPrefix: "c12", statuses: [SOFT_KYC_FAILED]'),
  'customers, changed in a month': CUSTOMERS(`changedFrom: "${monthAgo}"`),
  'customers, changed before any': CUSTOMERS('changedTo: "2001-01-01T00:00:00Z"'),
  'updates, newest 50': `{ kycUpdates(last: 50) { nodes { customerId } ${PAGE} } }`,
  'updates, newest reversals': `{ kycUpdates(last: 50, filter: { reversal: true }) { nodes { customerId } ${PAGE} } }`,
  'status counts': '{ kycStatusCounts { status count } }',
  'attention, first page': ATTENTION('(first: 50)'),
  'attention, 200 items': ATTENTION('(first: 200)'),
  'attention, count only': ATTENTION('(first: 0)'),
  'attention, reversals': ATTENTION('(first: 50, kinds: [REVERSAL])'),
  'attention, in doubt': ATTENTION('(first: 50, kinds: [IN_DOUBT])'),
  'statistics, 30 days':
    '{ kycStatistics { days { day statuses { status customers entered } } timeToFullUser { medianSeconds } rejectLabels { label count } } }',
  'statistics, 400 days': `{ kycStatistics(from: "${new Date(Date.now() - 399 * DAY_MS).toISOString()}") {
    days { day statuses { status customers entered } } timeToFullUser { medianSeconds p90Seconds } rejectLabels { label count } } }`,
  'near: one digit wrong': '{ kycCustomersNear(customerId: "c1234x6") { customerId } }',
  'near: nothing': '{ kycCustomersNear(customerId: "0f8fad5b-d9cb-469f-a165-70867728950e") { customerId } }',
};

if (!existsSync(values.journal)) await seed();
const opening = performance.now();
const settings = readSettings({
  PORT: '0',
  DATABASE_URL: `sqlite:${values.journal}`,
  XGATEWAY_SECRET_KEY: 'secret',
  JWT_SECRET,
});
const server = await startServer(settings, log);
say(
  `opened in ${Math.round(performance.now() - opening)} ms, ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB at most`,
);
const bearer = await new SignJWT({ sub: 'bench', scope: 'kyc:admin' })
  .setProtectedHeader({ alg: 'HS256' })
  .setExpirationTime('1h')
  .sign(new TextEncoder().encode(JWT_SECRET));
say(`${'query'.padEnd(42)} ${'median'.padStart(9)} ${'slowest'.padStart(9)}`);
for (const [name, query] of Object.entries(QUERIES)) {
  const times: number[] = [];
  let text = '';
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify({ query }),
    });
    text = await response.text();
    times.push(performance.now() - start);
  }
  if (text.includes('"errors"')) say(`${name.padEnd(42)} ${text.slice(0, 100)}`);
  else {
    const sorted = times.toSorted((a, b) => a - b);
    const ms = (time: number | undefined) => `${(time ?? 0).toFixed(1)} ms`.padStart(9);
    say(`${name.padEnd(42)} ${ms(sorted[Math.floor(rounds / 2)])} ${ms(sorted.at(-1))}`);
  }
}
await server.stop();

/** A customer's life: what is sent about them, step by step. */
function statusAt(customer: number, step: number): { status: string; rejectLabels?: string[] } {
  const kind = customer % 100;
  const path =
    kind < 70
      ? ['CREATED', 'KYC_NEEDED', 'KYC_PENDING', 'FULL_USER']
      : ['CREATED', 'KYC_PENDING', 'SOFT_KYC_FAILED', 'KYC_PENDING'];
  if (kind === 0) path.splice(2, 2, 'FULL_USER', 'HARD_KYC_FAILED');
  if (kind === 1) path.splice(2, 2, 'KYC_NEEDED', 'FULL_USER');
  if (kind === 2) path.splice(1, 3, 'FULL_USER', 'SOFT_KYC_FAILED', 'FULL_USER');
  if (kind === 3 && customer % 1_000 === 3) path[3] = 'A_NEW_STATUS';
  const status = path[step % path.length] as string;
  return status === 'SOFT_KYC_FAILED'
    ? { status, rejectLabels: ['BAD_SELFIE', `REASON_${customer % 30}`] }
    : { status };
}

async function seed(): Promise<void> {
  const started = performance.now();
  const journal = await openJournal(`sqlite:${values.journal}`);
  const start = Date.now() - YEARS_MS;
  const steps = Math.ceil(entries / customers);
  for (let from = 0; from < entries; from += BATCH) {
    const length = Math.min(BATCH, entries - from);
    await journal.append(
      Array.from({ length }, (_, index) => {
        // Customers come in waves of a thousand, and each wave takes its steps.
        const at = from + index;
        const wave = Math.floor(at / (1_000 * steps));
        const step = Math.floor((at % (1_000 * steps)) / 1_000);
        const customer = wave * 1_000 + (at % 1_000);
        return {
          report: { customerId: `c${customer}`, kycEndUserErrorMessage: null, ...statusAt(customer, step) },
          circumstances: {
            source: 'CALLBACK' as const,
            receivedAt: start + Math.floor((at / entries) * YEARS_MS),
            requireConfirmation: false,
          },
        };
      }),
    );
  }
  await journal.close();
  say(`${entries} entries recorded in ${Math.round((performance.now() - started) / 1_000)} s`);
}
