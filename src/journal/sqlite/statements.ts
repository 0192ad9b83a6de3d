/** The SQL of the SQLite journal. */
import type { DatabaseSync } from 'node:sqlite';
import { LABELS_PER_DAY } from '../../domain/statistics.ts';
import { prepareLazily, type Statements } from './prepared.ts';

const ENTRY = 'e.position, e.content, e.digest';
const CUSTOMER = `${ENTRY}, c.customer_id, c.first_seen_at, c.confirmed_at`;
const OF_CUSTOMERS = 'from customers c join entries e using (position)';
const CUSTOMERS = `select ${CUSTOMER} ${OF_CUSTOMERS}`;

/** Customers of a range, whose four parameters come first, who meet the other conditions, before their entries are read. */
function selected(range: string, order: string): string {
  return `select ${CUSTOMER} from (
      select * from customers c where ${range} and (?5 is null or +c.status in (select value from json_each(?5)))
        and (1 << c.standing) & ?6 and c.changed_at >= ?7 and c.changed_at < ?8 order by ${order} desc limit ?9
    ) c cross join entries e using (position) order by c.position desc`;
}

/** The statements that read, as they are written. */
export const READING = {
  head: 'select position, digest from entries order by position desc limit 1',
  entry: `select ${ENTRY} from entries e where position = ? and revision > 0`,
  digestAt: 'select digest from entries where position = ?',
  seed: "select value as digest from journal_facts where name = 'seed'",
  entriesAfter: `select ${ENTRY} from entries e where position > ? and revision > 0 order by position limit ?`,
  entriesBefore: `select ${ENTRY} from entries e where position < ? and revision > 0 order by position desc limit ?`,
  entryRows:
    'select position, customer_id, revision, content, digest from entries where position > ? order by position limit ?',
  contentsOf: 'select position, content from entries where customer_id = ? order by position limit ?',
  erasures: "select name, value from journal_facts where name >= 'erasure:' and name < 'erasure;'",
  customer: `${CUSTOMERS} where c.customer_id = ?`,
  // A cross join fixes the order of the tables: each ID is looked up by its index, however small SQLite believes the tables are.
  customersByIds: `select ${CUSTOMER} from json_each(?) as wanted cross join customers c on c.customer_id = wanted.value
    join entries e using (position)`,
  updatesByRevisions: `select ${ENTRY} from json_each(?) as wanted cross join entries e
    on e.customer_id = wanted.value ->> 0 and e.revision = wanted.value ->> 1`,
  storedCustomer: `select ${CUSTOMER}, c.fingerprints ${OF_CUSTOMERS} where c.customer_id = ?`,
  storedCustomers: `select ${CUSTOMER}, c.fingerprints, wanted.key as wanted from json_each(?) as wanted
    cross join customers c on c.customer_id = wanted.value cross join entries e using (position)`,
  updatesAfter: `select ${ENTRY} from entries e where customer_id = ? and revision > ? order by revision limit ?`,
  updatesBefore: `select ${ENTRY} from entries e where customer_id = ? and revision < ? order by revision desc limit ?`,
  customers: `${CUSTOMERS} where c.position > ? and c.position < ? order by c.position desc limit ?`,
  customersByStanding: `${CUSTOMERS} where c.status = ? and c.standing = ? and c.position > ? and c.position < ?
    and c.changed_at >= ? and c.changed_at < ? order by c.position desc limit ?`,
  // How many customers have an ID in a range, up to a limit: over the index alone.
  countIds:
    'select count(*) as count from (select 1 from customers where customer_id >= ? and customer_id < ? limit ?)',
  // By the index of IDs: a unary plus keeps every other index out.
  customersByPrefix: selected(
    'c.customer_id >= ?1 and c.customer_id < ?2 and +c.position > ?3 and +c.position < ?4',
    '+c.position',
  ),
  // The lowest position among this many customers before a position.
  scanFrom:
    'select position from customers where position > ? and position < ? order by position desc limit 1 offset ?',
  // In the order of the table.
  scanCustomers: selected(
    '+c.customer_id >= ?1 and +c.customer_id < ?2 and c.position >= ?3 and c.position < ?4',
    'c.position',
  ),
  statusCounts: 'select status, customers from status_counts where customers > 0',
} as const;

/** A label beyond the limit of its day is counted under no name. */
const COUNT_LABEL = `insert into daily_statistics (day, metric, key, count)
  select ?1, ?2, case when exists (select 1 from daily_statistics where day = ?1 and metric = ?2 and key = ?3)
      or (select count(*) from (select 1 from daily_statistics where day = ?1 and metric = ?2 limit ${LABELS_PER_DAY})) < ${LABELS_PER_DAY}
    then ?3 else '' end, ?4 where true
  on conflict (day, metric, key) do update set count = count + excluded.count`;

const WRITING = {
  insertEntry: 'insert into entries (position, customer_id, revision, content, digest) values (?, ?, ?, ?, ?)',
  saveCustomer: `insert into customers (position, customer_id, status, first_seen_at, confirmed_at, fingerprints, standing, changed_at)
    values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (customer_id) do update set position = excluded.position, status = excluded.status,
      confirmed_at = excluded.confirmed_at, fingerprints = excluded.fingerprints, standing = excluded.standing,
      changed_at = excluded.changed_at`,
  changeCount: `insert into status_counts (status, customers) values (?, ?)
    on conflict (status) do update set customers = customers + excluded.customers`,
  insertFlags:
    'insert into attention_items (position, customer_id, flags, is_open, acknowledgement) values (?, ?, ?, 1, null)',
  count: `insert into daily_statistics (day, metric, key, count) values (?, ?, ?, ?)
    on conflict (day, metric, key) do update set count = count + excluded.count`,
  countLabel: COUNT_LABEL,
  eraseEntry: 'update entries set customer_id = ?, revision = 0, content = ? where position = ?',
  eraseCustomer: 'delete from customers where customer_id = ?',
  eraseFlags: 'delete from attention_items where customer_id = ? and position <= ?',
  erasePendingDecision: 'delete from pending_decisions where customer_id = ?',
  eraseDeadLetters: 'delete from dead_letters where customer_id = ?',
  eraseConfirmationTask: 'delete from confirmation_tasks where customer_id = ?',
  eraseConsumerRetries: 'delete from consumer_retries where customer_id = ?',
  eraseConsumerDeadLetters: 'delete from consumer_dead_letters where customer_id = ?',
  eraseFromAudit: 'update or replace audit_customers set customer_id = ? where customer_id = ?',
  saveErasure: 'insert into journal_facts (name, value) values (?, ?) on conflict (name) do nothing',
  endErasure: 'delete from journal_facts where name = ?',
} as const;

/** The statements that read. */
export type Reading = Statements<typeof READING>;

/** The statements that write. */
export type Writing = Statements<typeof WRITING>;

/** Every statement that reads. */
export function prepareReading(database: DatabaseSync): Reading {
  return prepareLazily(database, READING);
}

/** Every statement that writes. */
export function prepareWriting(database: DatabaseSync): Writing {
  return prepareLazily(database, WRITING);
}
