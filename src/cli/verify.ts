/** `xgateway-kyc verify`: checks the record, and everything that is derived from it. */

import { verifyChain } from '../audit/verify-chain.ts';
import { digestNumber } from '../journal/entry.ts';
import { DEFAULT_DATABASE_URL, openReader } from '../journal/open.ts';
import { databaseUrlFrom } from '../server/setting-files.ts';
import { counted } from '../text/counted.ts';
import { defineCommand, UsageError } from './command.ts';
import { ProgressLine } from './terminal.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Checks every entry of the journal against its digest, and each digest against the one before. Recomputes what is served: the\n' +
    'row of each customer, the index of their revisions, the counts, also those of the dead letters. On SQLite, also runs the\n' +
    "database's own integrity check. Only reads, and works beside a running server. Prints the head digest: keep it elsewhere,\n" +
    'and a later check shows that nothing before it was changed. When a check fails, the first\n' +
    'failure is printed and the exit code is 1. Takes only DATABASE_URL.',
  options: {
    head: {
      type: 'string',
      placeholder: '<position>:<digest>',
      description: 'A head that you kept, with at least 12 digits of its digest. The journal must still contain it.',
    },
  },
  examples: ['xgateway-kyc verify', 'xgateway-kyc verify --head 1042:5f1c0a9e77b3'],
  async run({ head: given }) {
    const kept = given === undefined ? undefined : readHead(given);
    const journal = await openReader(databaseUrlFrom(process.env) ?? DEFAULT_DATABASE_URL);
    try {
      let position = 0;
      const { position: last } = await journal.head();
      using line = new ProgressLine(() => `${position} of ${counted(last, 'entry', 'entries')}`);
      const verification = await verifyChain(
        journal,
        (reached) => {
          position = reached.position;
        },
        kept && { head: kept },
      );
      line[Symbol.dispose]();
      if (verification.state === 'broken') {
        const { position, reason } = verification;
        process.stdout.write(
          position === null
            ? `The journal failed verification: ${reason}.\n`
            : `Entry ${position} failed verification: ${reason}.\n`,
        );
        return 1;
      }
      const { head, erased } = verification;
      const digest = Buffer.from(head.digest);
      process.stdout.write(
        `${counted(head.position, 'entry', 'entries')} verified${erased > 0 ? `, ${erased} of them erased and recorded` : ''}.` +
          `${kept === undefined ? '' : ' They include the head that you kept.'}\n` +
          `Head ${head.position}:${digest.toString('hex')}\n` +
          `As the metric xgateway_kyc_journal_head_digest shows it: ${digestNumber(digest)}\n`,
      );
      return 0;
    } finally {
      await journal.close();
    }
  },
});

function readHead(given: string): { readonly position: number; readonly digest: string } {
  const [, position, digest] = /^(\d{1,15}):([0-9a-f]{12,64})$/i.exec(given) ?? [];
  if (position !== undefined && digest !== undefined)
    return { position: Number(position), digest: digest.toLowerCase() };
  throw new UsageError('--head must be a position, a colon, and at least 12 hexadecimal digits, as verify prints it.');
}
