/** `xgateway-kyc erase --inactive-for`: erases the customers whose last change is older than a retention period. */
import { counted } from '../text/counted.ts';
import { UsageError } from './command.ts';
import type { Ask } from './remote.ts';
import { ProgressLine, printable } from './terminal.ts';

/** How many customers are listed and erased at a time, so that few can change between the two. */
const SLICE = 20;

const LIST = `query ($first: Int!, $after: String, $changedTo: DateTime!) {
  kycCustomers(first: $first, after: $after, filter: { changedTo: $changedTo }) {
    nodes { customerId rawStatus updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}`;
const ERASE = `mutation ($customerId: ID!, $reason: String) {
  eraseKyc(customerId: $customerId, reason: $reason) { record { position } }
}`;

interface Page {
  readonly kycCustomers: {
    readonly nodes: readonly {
      readonly customerId: string;
      readonly rawStatus: string | null;
      readonly updatedAt: string;
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/**
 * The moment before which a customer is inactive: `now` minus a period such as `5y` or `400d`. Years are calendar years, so 29 February
 * minus a year is 1 March. Throws `UsageError` for other text.
 */
export function inactiveBefore(period: string, now: Date): Date {
  const [, count, unit] = /^([1-9]\d{0,4})([yd])$/.exec(period) ?? [];
  const before = new Date(now);
  if (unit === 'y') before.setUTCFullYear(before.getUTCFullYear() - Number(count));
  if (unit === 'd') before.setUTCDate(before.getUTCDate() - Number(count));
  if (unit !== undefined && before.getUTCFullYear() >= 1970) return before;
  throw new UsageError(
    `--inactive-for must be a number of years or days since 1970, such as 5y or 400d, not "${period}".`,
  );
}

/** Prints each customer whose latest update is older than `before`, and erases nobody. */
export async function listInactive(ask: Ask, before: Date): Promise<void> {
  let found = 0;
  for (let after: string | null = null; ; ) {
    const { kycCustomers }: Page = await ask<Page>(LIST, { first: 200, after, changedTo: before.toISOString() });
    for (const { customerId, rawStatus, updatedAt } of kycCustomers.nodes) {
      process.stdout.write(
        `${JSON.stringify(printable(customerId))} ${printable(String(rawStatus))} last changed ${updatedAt}\n`,
      );
      found++;
    }
    if (!kycCustomers.pageInfo.hasNextPage) break;
    after = kycCustomers.pageInfo.endCursor;
  }
  process.stdout.write(
    `${counted(found, 'customer')} without a change since ${before.toISOString()}. Nobody was erased.\n`,
  );
}

/** Erases them, in slices, each listed right before. One that is stopped, or fails, is run again. */
export async function eraseInactive(ask: Ask, before: Date, reason: string): Promise<void> {
  let erased = 0;
  {
    using _line = new ProgressLine(() => `${counted(erased, 'customer')} erased`);
    const tried = new Set<string>();
    for (;;) {
      const { kycCustomers } = await ask<Page>(LIST, { first: SLICE, changedTo: before.toISOString() });
      const fresh = kycCustomers.nodes.filter(({ customerId }) => !tried.has(customerId));
      if (fresh.length === 0) break;
      for (const { customerId } of fresh) {
        tried.add(customerId);
        await ask(ERASE, { customerId, reason });
        erased++;
      }
    }
  }
  process.stdout.write(
    `Erased ${counted(erased, 'customer')} without a change since ${before.toISOString()}. Each erasure is an entry of the journal.\n`,
  );
}
