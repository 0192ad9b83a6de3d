/** `xgateway-kyc erase`: erases a customer. */
import { defineCommand, UsageError } from './command.ts';
import { REMOTE_ABOUT, REMOTE_OPTIONS, remote } from './remote.ts';

const ERASE = `mutation ($customerId: ID!) {
  eraseKyc(customerId: $customerId) { erasedUpdates erasedDeadLetters record { position digest } remains }
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
    'Erases everything that is known of a customer, for good, and records in the journal that it was done. The digests of the\n' +
    'journal still hold. Backups, replicas and logs that you keep elsewhere are yours to let expire.\n' +
    REMOTE_ABOUT,
  positionals: '<id>',
  options: {
    ...REMOTE_OPTIONS,
    yes: { type: 'boolean', default: false, description: 'Really. There is no way back.' },
  },
  examples: ['xgateway-kyc erase alice --yes'],
  async run({ url, yes }, [customerId, ...more]) {
    if (customerId === undefined || more.length > 0) throw new UsageError('Say one customer ID.');
    if (!yes) throw new UsageError('There is no way back from this: say --yes.');
    const { erasedUpdates, erasedDeadLetters, record, remains } = (await remote(url)<Erased>(ERASE, { customerId }))
      .eraseKyc;
    if (record === null) {
      process.stdout.write('Nothing is known of this customer.\n');
      return 0;
    }
    process.stdout.write(
      `${erasedUpdates} updates and ${erasedDeadLetters} dead letters are erased. Recorded at position ${record.position}, ` +
        `digest ${record.digest}: keep that with the request.\n${remains === null ? '' : `${remains}\n`}`,
    );
    return 0;
  },
});
