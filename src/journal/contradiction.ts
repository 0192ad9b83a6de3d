/** Rows of the journal that contradict each other: no server writes them, so another program did, or the database is damaged. */

/** A report was not recorded because of such rows. Trying again does not help. */
export class JournalContradiction extends Error {
  override readonly name = 'JournalContradiction';

  constructor(cause: unknown) {
    super(
      'The rows of the journal contradict each other, so this report was not recorded: another program changed the database, ' +
        'or it is damaged. Run "xgateway-kyc verify", then restore a backup.',
      { cause },
    );
  }
}
