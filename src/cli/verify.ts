/** `xgateway-kyc verify`: walks the digest chain of the journal. */
import { DEFAULT_DATABASE_URL, openReader } from '../journal/open.ts';
import { verifyChain } from '../journal/verify.ts';
import { defineCommand } from './command.ts';
import { ProgressLine } from './terminal.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Checks every entry of the journal against its digest, and each digest against the one before; only reads, and works beside\n' +
    'a running server. Prints the head digest: keep it elsewhere, and a later check shows that nothing before it was changed.\n' +
    'Exit code 1 and the first entry that does not hold, when one does not. Takes only DATABASE_URL.',
  options: {},
  async run() {
    const journal = await openReader(process.env['DATABASE_URL'] || DEFAULT_DATABASE_URL);
    try {
      let position = 0;
      const { position: last } = await journal.head();
      using line = new ProgressLine(() => `${position} of ${last} entries`);
      const verification = await verifyChain(journal, (reached) => {
        position = reached.position;
      });
      line[Symbol.dispose]();
      if (verification.state === 'broken') {
        process.stdout.write(`Entry ${verification.position} does not hold: ${verification.reason}.\n`);
        return 1;
      }
      const { head } = verification;
      process.stdout.write(`${head.position} entries hold. Head digest ${Buffer.from(head.digest).toString('hex')}\n`);
      return 0;
    } finally {
      await journal.close();
    }
  },
});
