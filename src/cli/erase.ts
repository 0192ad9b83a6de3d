/** `xgateway-kyc erase`: erases a customer, or those whose last change is long ago. */
import { counted } from '../text/counted.ts';
import { defineCommand, UsageError } from './command.ts';
import { eraseInactive, inactiveBefore, listInactive } from './erase-inactive.ts';
import { REMOTE_ABOUT, REMOTE_OPTIONS, remote } from './remote.ts';

const ERASE = `mutation ($customerId: ID!, $reason: String) {
  eraseKyc(customerId: $customerId, reason: $reason) { erasedUpdates erasedDeadLetters record { position digest } remains }
}`;

interface Erased {
  readonly eraseKyc: {
    readonly erasedUpdates: number;
    readonly erasedDeadLetters: number;
    readonly record: { readonly position: number; readonly digest: string } | null;
    readonly remains: string | null;
  };
}

/** The command. */
export const command = defineCommand({
  about:
    'Erases everything about a customer, permanently, and records the erasure in the journal, whose digests still match. Backups,\n' +
    'replicas and logs that you keep elsewhere are not touched: let them expire. With --inactive-for it erases every customer whose\n' +
    'latest update is older than that; docs/retention.md says what to decide first.\n' +
    REMOTE_ABOUT,
  positionals: '[<id>]',
  options: {
    ...REMOTE_OPTIONS,
    'inactive-for': {
      type: 'string',
      placeholder: '<period>',
      description: 'Customers without a change for this long, in years or days: 5y, 400d. Instead of an ID.',
    },
    'dry-run': { type: 'boolean', default: false, description: 'With --inactive-for: list them, and erase nobody.' },
    reason: { type: 'string', placeholder: '<text>', description: 'Why, for the record: at most 2,000 characters.' },
    yes: { type: 'boolean', default: false, description: 'Confirm. An erasure cannot be undone.' },
  },
  examples: [
    'xgateway-kyc erase alice --yes',
    'xgateway-kyc erase alice --reason "Request 4711" --yes',
    'xgateway-kyc erase --inactive-for 5y --dry-run',
    'xgateway-kyc erase --inactive-for 5y --yes',
  ],
  async run({ url, reason, yes, 'inactive-for': period, 'dry-run': isDryRun }, [customerId, ...more]) {
    if (period !== undefined) {
      if (customerId !== undefined) throw new UsageError('Name a customer ID or --inactive-for, not both.');
      const before = inactiveBefore(period, new Date());
      if (isDryRun) await listInactive(remote(url), before);
      else if (yes) await eraseInactive(remote(url), before, reason ?? `No change for ${period}`);
      else throw new UsageError('Erasures cannot be undone. Look with --dry-run, then add --yes to confirm.');
      return 0;
    }
    if (isDryRun) throw new UsageError('--dry-run goes with --inactive-for.');
    if (customerId === undefined || more.length > 0) throw new UsageError('Name one customer ID.');
    if (!yes) throw new UsageError('An erasure cannot be undone. Add --yes to confirm.');
    const { erasedUpdates, erasedDeadLetters, record, remains } = (
      await remote(url)<Erased>(ERASE, { customerId, reason })
    ).eraseKyc;
    if (record === null) {
      process.stdout.write('Unknown customer: nothing to erase.\n');
      return 0;
    }
    process.stdout.write(
      `Erased ${counted(erasedUpdates, 'update')} and ${counted(erasedDeadLetters, 'dead letter')}. Recorded at position ${record.position}, ` +
        `digest ${record.digest}: keep both with the request.\n${remains === null ? '' : `${remains}\n`}`,
    );
    return 0;
  },
});
