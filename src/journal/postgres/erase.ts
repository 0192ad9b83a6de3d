/** Erasing a customer from the Postgres journal. */
import type { Pool } from 'pg';
import type { EntryRow } from '../entry.ts';
import { type Content, nobodyAt, planErasure } from '../erasure.ts';
import type { ErasureCircumstances, ErasureOutcome } from '../journal.ts';
import { type CustomerRecordRow, customerRecord, writeStatus } from '../rows.ts';
import { ask, rowsOf } from './query.ts';
import { named, READ } from './statements.ts';
import { locked } from './transaction.ts';

const SQL = named({
  contentsOf: 'select position, content from entries where customer_id = $1 order by position',
  eraseEntries: `update entries e set customer_id = gone.customer_id, revision = 0, content = gone.content
    from unnest($1::bigint[], $2::text[], $3::text[]) as gone (position, customer_id, content)
    where e.position = gone.position`,
  recordErasure: 'insert into entries (position, customer_id, revision, content, digest) values ($1, $2, 0, $3, $4)',
  eraseCustomer: 'delete from customers where customer_id = $1',
  eraseDeadLetters: 'delete from dead_letters where customer_id = $1',
  eraseConfirmationTask: 'delete from confirmation_tasks where customer_id = $1',
  uncount: 'update status_counts set customers = customers - 1 where status = $1',
});

const REMAINS =
  'Postgres keeps old rows until it vacuums. Run: vacuum entries, customers, dead_letters, confirmation_tasks. Its write-ahead log, ' +
  'replicas and backups let go of their copies in their own time.';

/** Erases a customer. Follows the contract of `Journal.erase`. `seed`: the digest before the first entry. */
export function eraseCustomer(
  writers: Pool,
  seed: Uint8Array,
  customerId: string,
  circumstances: ErasureCircumstances,
): Promise<ErasureOutcome | null> {
  return locked(writers, async (client) => {
    const [[row], contents, [head], deadLetters] = await Promise.all([
      rowsOf<CustomerRecordRow>(client, READ.customer, [customerId]),
      rowsOf<{ position: number; content: string }>(client, SQL.contentsOf, [customerId]),
      rowsOf<EntryRow>(client, READ.head),
      ask(client, SQL.eraseDeadLetters, [customerId]),
      ask(client, SQL.eraseConfirmationTask, [customerId]),
    ]);
    if (row === undefined && deadLetters.rowCount === 0) return null;
    const { erased, record } = planErasure(
      head ?? { position: 0, digest: seed },
      contents satisfies Content[],
      circumstances,
    );
    const gone = [
      erased.map(({ position }) => position),
      erased.map(({ position }) => nobodyAt(position)),
      erased.map(({ content }) => content),
    ];
    await Promise.all([
      ask(client, SQL.eraseEntries, gone),
      ask(client, SQL.recordErasure, [record.position, nobodyAt(record.position), record.content, record.digest]),
      ask(client, SQL.eraseCustomer, [customerId]),
      row !== undefined && ask(client, SQL.uncount, [writeStatus(customerRecord(row).latest.status)]),
    ]);
    return { updates: erased.length, deadLetters: deadLetters.rowCount ?? 0, record, remains: REMAINS };
  });
}
