/** `xgateway-kyc refresh`: looks customers up at XGateway's API. */

import { text } from 'node:stream/consumers';
import { counted } from '../text/counted.ts';
import { defineCommand, UsageError } from './command.ts';
import { type Ask, REMOTE_ABOUT, REMOTE_OPTIONS, RemoteError, remote } from './remote.ts';
import { ProgressLine, printable } from './terminal.ts';

const LANES = 4;
/** Every outcome of a lookup, in the order of the summary. */
const OUTCOMES = ['changed', 'unchanged', 'unknown to XGateway', 'failed'] as const;
type Outcome = (typeof OUTCOMES)[number];
const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const LIST = `query ($after: String) {
  kycCustomers(first: 200, after: $after) { nodes { customerId confirmedAt } pageInfo { hasNextPage endCursor } }
}`;
const REFRESH = `mutation ($customerId: ID!) {
  refreshKyc(customerId: $customerId) { outcome kyc { revision rawStatus verified } }
}`;

interface Refreshed {
  readonly refreshKyc: {
    readonly outcome: string;
    readonly kyc: { readonly revision: number; readonly rawStatus: string | null; readonly verified: boolean } | null;
  };
}

/** The command. */
export const command = defineCommand({
  about:
    "Looks customers up at XGateway's API, and prints a line for each whose record changed and each lookup that failed.\n" +
    'Give customer IDs, "-" to read one a line from standard input, or --stale for customers without a recent confirmation.\n' +
    `The server limits how many calls it makes a second.\n${REMOTE_ABOUT}`,
  positionals: '[<id>… | -]',
  options: {
    ...REMOTE_OPTIONS,
    stale: {
      type: 'string',
      placeholder: '<time>',
      description: 'Customers that the API has not confirmed for this long, for example 90m, 24h or 7d.',
    },
  },
  examples: ['xgateway-kyc refresh alice bob', 'xgateway-kyc refresh --stale 24h', 'xgateway-kyc refresh - < ids.txt'],
  async run(values, given) {
    if ((values.stale === undefined) === (given.length === 0))
      throw new UsageError('Give customer IDs or --stale, not both.');
    const request = remote(values.url);
    const ids = values.stale === undefined ? await named(given) : await stale(request, span(values.stale));
    const counts = new Map<Outcome, number>(OUTCOMES.map((outcome) => [outcome, 0]));
    let done = 0;
    const next = ids.values();
    const lane = async () => {
      for (const customerId of next) {
        const outcome = await refresh(request, customerId);
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        done++;
      }
    };
    {
      using _line = new ProgressLine(() => `${done} of ${counted(ids.length, 'customer')}`);
      await Promise.all(Array.from({ length: LANES }, lane));
    }
    const parts = [...counts].filter(([, count]) => count > 0).map(([outcome, count]) => `, ${count} ${outcome}`);
    process.stdout.write(`${counted(ids.length, 'customer')}${parts.join('')}\n`);
    return counts.get('failed') === 0 ? 0 : 1;
  },
});

async function refresh(request: Ask, customerId: string): Promise<Outcome> {
  try {
    const { outcome, kyc } = (await request<Refreshed>(REFRESH, { customerId })).refreshKyc;
    if (outcome === 'UNCHANGED') return 'unchanged';
    if (kyc === null) return 'unknown to XGateway';
    const now = `${kyc.rawStatus ?? 'null'}${kyc.verified ? ', verified' : ''}`;
    process.stdout.write(`${printable(`${customerId} #${kyc.revision}: ${now}`)}\n`);
    return 'changed';
  } catch (error) {
    // These concern one customer; any other error would recur with the next one.
    if (!(error instanceof RemoteError) || (error.code !== 'XGATEWAY_UNAVAILABLE' && error.code !== 'BAD_USER_INPUT'))
      throw error;
    process.stderr.write(`${printable(`${customerId}: ${error.message}`)}\n`);
    return 'failed';
  }
}

async function named(given: readonly string[]): Promise<readonly string[]> {
  if (!given.includes('-')) return [...new Set(given)];
  const lines = (await text(process.stdin)).split('\n').map((line) => line.trim());
  return [...new Set([...given.filter((id) => id !== '-'), ...lines.filter((line) => line !== '')])];
}

async function stale(request: Ask, forMs: number): Promise<readonly string[]> {
  const before = Date.now() - forMs;
  const ids = new Set<string>();
  using _line = new ProgressLine(() => `${counted(ids.size, 'customer')} found`);
  for (let after: string | null = null; ; ) {
    const { kycCustomers: page }: { kycCustomers: CustomerPage } = await request(LIST, { after });
    for (const { customerId, confirmedAt } of page.nodes) {
      if (confirmedAt === null || Date.parse(confirmedAt) < before) ids.add(customerId);
    }
    if (!page.pageInfo.hasNextPage) return [...ids];
    after = page.pageInfo.endCursor;
  }
}

interface CustomerPage {
  readonly nodes: readonly { readonly customerId: string; readonly confirmedAt: string | null }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

function span(given: string): number {
  const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(given) ?? [];
  const unitMs = UNITS_MS[unit];
  if (count !== undefined && unitMs !== undefined) return Number(count) * unitMs;
  throw new UsageError(`"${given}" is not a time span. Try 90m, 24h or 7d.`);
}
