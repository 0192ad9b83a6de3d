/** The SQL of the Postgres journal. Each statement is prepared once on each connection. */
import type { Statement } from './query.ts';

const ENTRY = 'e.position, e.content, e.digest';
const CUSTOMER = `${ENTRY}, c.customer_id, c.first_seen_at, c.confirmed_at`;
// The latest entry of each customer `c`, found by its position and by nothing else. With `offset 0` no plan can begin at the
// entries, as one that was made while there were few would: and go through all of them once there are many.
const LATEST_ENTRY = 'cross join lateral (select * from entries where position = c.position offset 0) e';

/** Customers of a range who meet the other conditions, before their entries are read. */
function selected(range: string, order: string): string {
  return `select ${CUSTOMER} from (
      select * from customers where ${range} and ($4::text[] is null or status = any($4)) and (1 << standing) & $5::integer <> 0
        and changed_at >= $6 and changed_at < $7 order by ${order} desc limit $3
    ) c ${LATEST_ENTRY} order by c.position desc`;
}

/** Everything that reads. */
export const READ = named({
  facts: 'select name, value from journal_facts',
  erasures: "select name, value from journal_facts where name >= 'erasure:' and name < 'erasure;'",
  head: 'select position, digest from entries order by position desc limit 1',
  entry: `select ${ENTRY} from entries e where position = $1 and revision > 0`,
  recorded: 'select position from entries where customer_id = $1 and revision = $2 and content = $3',
  digestAt: 'select digest from entries where position = $1',
  seed: "select value as digest from journal_facts where name = 'seed'",
  entriesAfter: `select ${ENTRY} from entries e where position > $1 and revision > 0 order by position limit $2`,
  entriesBefore: `select ${ENTRY} from entries e where position < $1 and revision > 0 order by position desc limit $2`,
  entryRows:
    'select position, customer_id, revision, content, digest from entries where position > $1 order by position limit $2',
  customer: `select ${CUSTOMER} from customers c ${LATEST_ENTRY} where c.customer_id = $1`,
  // As `load` below: one plan for any number of IDs, by indexes.
  customersByIds: `select ${CUSTOMER} from unnest((select $1::text[])) as wanted (customer_id)
    cross join lateral (select * from customers where customer_id = wanted.customer_id offset 0) c ${LATEST_ENTRY}`,
  updatesByRevisions: `select ${ENTRY}
    from unnest((select $1::text[]), (select $2::integer[])) as wanted (customer_id, revision) cross join lateral (
      select * from entries where customer_id = wanted.customer_id and revision = wanted.revision offset 0
    ) e`,
  updatesAfter: `select ${ENTRY} from entries e where customer_id = $1 and revision > $2 order by revision limit $3`,
  updatesBefore: `select ${ENTRY} from entries e where customer_id = $1 and revision < $2
    order by revision desc limit $3`,
  customers: `select ${CUSTOMER} from customers c ${LATEST_ENTRY}
    where c.position > $1 and c.position < $2 order by c.position desc limit $3`,
  customersByStanding: `select ${CUSTOMER} from unnest($4::text[], $5::integer[]) as wanted (status, standing) cross join lateral (
      select * from customers where status = wanted.status and standing = wanted.standing and position > $1 and position < $2
        and changed_at >= $6 and changed_at < $7 order by position desc limit $3
    ) c ${LATEST_ENTRY} order by c.position desc limit $3`,
  // How many customers have an ID in a range, up to a limit.
  countIds:
    'select count(*) as count from (select from customers where customer_id >= $1 and customer_id < $2 limit $3) c',
  // By the index of IDs: the positions are expressions, which no index has.
  customersByPrefix: selected(
    'customer_id >= $8 and customer_id < $9 and position + 0 > $1 and position + 0 < $2',
    'position + 0',
  ),
  // In the order of their last change, for the same reason.
  scanCustomers: selected(
    `customer_id || '' >= $8 and customer_id || '' < $9 and position > $1 and position < $2`,
    'position',
  ),
  statusCounts: 'select status, customers from status_counts where customers > 0',
});

/** Everything that writes, or is part of a transaction that writes. */
export const WRITE = named({
  // The array is read by a subquery, so that the planner ignores its length: one plan serves every batch, where each would be
  // planned anew, which takes longer than the reading. With `offset 0` it begins at the array whatever is in the tables; that it goes
  // on by indexes is a setting of the session.
  load: `select ${CUSTOMER}, c.fingerprints from unnest((select $1::text[])) as wanted (customer_id)
    cross join lateral (select * from customers where customer_id = wanted.customer_id offset 0) c ${LATEST_ENTRY}`,
  // Takes the lock, and commits by itself where no transaction is under way.
  append: `select head_position as position, head_digest as digest
    from append_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
  // Each statement has to see what was committed before it: that is what READ COMMITTED means. Behind a pooler a session is
  // not ours alone, so the transaction says again that its commit is to be on disk.
  begin: 'begin isolation level read committed',
  durable: 'set local synchronous_commit = on',
  // In a statement of its own: the next one sees what was committed before we got our turn.
  lock: 'select pg_advisory_xact_lock(7106300)',
  commit: 'commit',
  rollback: 'rollback',
  // A record in the write-ahead log that a commit has to sync: proves that the server can write, and leaves nothing.
  probe: `select current_setting('transaction_read_only') = 'on' as read_only,
    pg_logical_emit_message(true, 'xgateway-kyc', '')`,
});

/** Statements by their names. */
export function named<const Names extends string>(sql: Record<Names, string>): Readonly<Record<Names, Statement>> {
  const entries = Object.entries<string>(sql).map(([name, text]) => [name, { name: `kyc_${name}`, text }]);
  return Object.fromEntries(entries) as Record<Names, Statement>;
}
