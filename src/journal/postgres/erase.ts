/** Erasing a customer from the Postgres journal. */
import type { Pool, PoolClient } from 'pg';
import { DailyCounts } from '../../domain/statistics.ts';
import type { EntryRow } from '../entry.ts';
import { type Content, eraseInSlices, nobodyAt, planErasure, type Slice, writePendingErasure } from '../erasure.ts';
import type { ErasureCircumstances, ErasureOutcome, Head } from '../journal.ts';
import { type CustomerRecordRow, customerRecord, writeStatus } from '../rows.ts';
import { countColumns } from './append.ts';
import { ask, rowsOf } from './query.ts';
import { named, READ } from './statements.ts';
import { locked } from './transaction.ts';

const SQL = named({
  contentsOf: 'select position, content from entries where customer_id = $1 order by position limit $2',
  eraseEntries: `update entries e set customer_id = gone.customer_id, revision = 0, content = gone.content
    from unnest($1::bigint[], $2::text[], $3::text[]) as gone (position, customer_id, content)
    where e.position = gone.position`,
  recordErasure: 'insert into entries (position, customer_id, revision, content, digest) values ($1, $2, 0, $3, $4)',
  eraseCustomer: 'delete from customers where customer_id = $1',
  eraseDeadLetters: 'delete from dead_letters where customer_id = $1',
  eraseConfirmationTask: 'delete from confirmation_tasks where customer_id = $1',
  eraseConsumerRetries: 'delete from consumer_retries where customer_id = $1',
  eraseConsumerDeadLetters: 'delete from consumer_dead_letters where customer_id = $1',
  eraseFlags: 'delete from attention_items where customer_id = $1 and position <= $2',
  erasePendingDecision: 'delete from pending_decisions where customer_id = $1',
  count: 'select count_statistics($1, $2, $3, $4)',
  eraseFromAudit: 'update audit_customers set customer_id = $1 where customer_id = $2',
  saveErasure: 'insert into journal_facts (name, value) values ($1, $2) on conflict (name) do nothing',
  endErasure: 'delete from journal_facts where name = $1',
  uncount: 'update status_counts set customers = customers - 1 where status = $1',
});

const REMAINS =
  'Postgres keeps old rows until it vacuums. Run: vacuum entries, customers, dead_letters, confirmation_tasks, ' +
  'consumer_retries, consumer_dead_letters, attention_items, pending_decisions, audit_customers. Its write-ahead log, ' +
  'replicas and backups keep their copies until they expire.';

/** What is erased while other instances wait for the lock. */
const SLICE_ENTRIES = 500;

/** Erases a customer. Follows the contract of `Journal.erase`. `seed`: the digest before the first entry. */
export async function eraseCustomer(
  writers: Pool,
  seed: Uint8Array,
  customerId: string,
  circumstances: ErasureCircumstances,
): Promise<ErasureOutcome | null> {
  return eraseInSlices(
    () => locked(writers, (client) => eraseSlice(client, seed, customerId, circumstances)),
    () => REMAINS,
  );
}

async function eraseSlice(
  client: PoolClient,
  seed: Uint8Array,
  customerId: string,
  circumstances: ErasureCircumstances,
): Promise<Slice> {
  const [contents, [head]] = await Promise.all([
    rowsOf<{ position: number; content: string }>(client, SQL.contentsOf, [customerId, SLICE_ENTRIES + 1]),
    rowsOf<EntryRow>(client, READ.head),
  ]);
  const pending = writePendingErasure(customerId, circumstances);
  const before = head ?? { position: 0, digest: seed };
  if (contents.length > SLICE_ENTRIES) {
    const first = contents.slice(0, SLICE_ENTRIES);
    const [record] = await Promise.all([
      eraseEntries(client, before, first, circumstances),
      ask(client, SQL.saveErasure, pending),
      ask(client, SQL.eraseFlags, [customerId, first.at(-1)?.position ?? 0]),
    ]);
    return { updates: first.length, deadLetters: 0, record, isLast: false };
  }
  const [[row], deadLetters] = await Promise.all([
    rowsOf<CustomerRecordRow>(client, READ.customer, [customerId]),
    ask(client, SQL.eraseDeadLetters, [customerId]),
    ask(client, SQL.eraseConfirmationTask, [customerId]),
    ask(client, SQL.endErasure, [pending[0]]),
    ask(client, SQL.eraseFlags, [customerId, Number.MAX_SAFE_INTEGER]),
  ]);
  const count = deadLetters.rowCount ?? 0;
  // Entries of one customer stay recognisable as one customer's, and name the record of the erasure.
  const renameTo = (position: number) => ask(client, SQL.eraseFromAudit, [nobodyAt(position), customerId]);
  if (contents.length === 0 && count === 0) {
    await ask(client, SQL.erasePendingDecision, [customerId]);
    await renameTo(before.position);
    return { updates: 0, deadLetters: 0, record: null, isLast: true };
  }
  const [record] = await Promise.all([
    eraseEntries(client, before, contents, circumstances),
    ask(client, SQL.eraseCustomer, [customerId]),
    // After the customer: one that is being added holds the customer's row.
    ask(client, SQL.erasePendingDecision, [customerId]),
    // After the entries: a consumer that stores something about them now has to wait, and then finds them erased.
    ask(client, SQL.eraseConsumerRetries, [customerId]),
    ask(client, SQL.eraseConsumerDeadLetters, [customerId]),
    row && uncount(client, customerRecord(row, customerId).latest.status, circumstances.at),
  ]);
  await renameTo(record.position);
  return { updates: contents.length, deadLetters: count, record, isLast: true };
}

function uncount(client: PoolClient, status: string | null, at: number): Promise<unknown> {
  const counts = new DailyCounts();
  counts.takeErased(status, at);
  return Promise.all([
    ask(client, SQL.uncount, [writeStatus(status)]),
    ask(client, SQL.count, countColumns(counts.all)),
  ]);
}

async function eraseEntries(
  client: PoolClient,
  head: Head,
  contents: readonly Content[],
  circumstances: ErasureCircumstances,
): Promise<Head> {
  const { erased, record } = planErasure(head, contents, circumstances);
  const gone = [
    erased.map(({ position }) => position),
    erased.map(({ position }) => nobodyAt(position)),
    erased.map(({ content }) => content),
  ];
  await Promise.all([
    ask(client, SQL.eraseEntries, gone),
    ask(client, SQL.recordErasure, [record.position, nobodyAt(record.position), record.content, record.digest]),
  ]);
  return record;
}
