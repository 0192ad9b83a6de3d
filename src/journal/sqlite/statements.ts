/** The SQL of the SQLite journal, prepared once. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

const ENTRY = 'e.position, e.content, e.digest';
const CUSTOMER = `${ENTRY}, c.first_seen_at, c.confirmed_at`;
const OF_CUSTOMERS = 'from customers c join entries e using (position)';
const CUSTOMERS = `select ${CUSTOMER} ${OF_CUSTOMERS}`;

const READING = {
  head: 'select position, digest from entries order by position desc limit 1',
  entry: `select ${ENTRY} from entries e where position = ? and revision > 0`,
  digestAt: 'select digest from entries where position = ?',
  seed: "select value as digest from journal_facts where name = 'seed'",
  entriesAfter: `select ${ENTRY} from entries e where position > ? and revision > 0 order by position limit ?`,
  entryRows:
    'select position, customer_id, revision, content, digest from entries where position > ? order by position limit ?',
  contentsOf: 'select position, content from entries where customer_id = ? order by position',
  customer: `${CUSTOMERS} where c.customer_id = ?`,
  storedCustomer: `select ${CUSTOMER}, c.fingerprints ${OF_CUSTOMERS} where c.customer_id = ?`,
  updatesAfter: `select ${ENTRY} from entries e where customer_id = ? and revision > ? order by revision limit ?`,
  updatesBefore: `select ${ENTRY} from entries e where customer_id = ? and revision < ? order by revision desc limit ?`,
  customers: `${CUSTOMERS} where c.position > ? and c.position < ? order by c.position desc limit ?`,
  customersByStatus: `${CUSTOMERS} where c.status = ? and c.position > ? and c.position < ? order by c.position desc limit ?`,
  statusCounts: 'select status, customers from status_counts where customers > 0',
} as const;

const WRITING = {
  insertEntry: 'insert into entries (position, customer_id, revision, content, digest) values (?, ?, ?, ?, ?)',
  saveCustomer: `insert into customers (position, customer_id, status, first_seen_at, confirmed_at, fingerprints)
    values (?, ?, ?, ?, ?, ?)
    on conflict (customer_id) do update set position = excluded.position, status = excluded.status,
      confirmed_at = excluded.confirmed_at, fingerprints = excluded.fingerprints`,
  changeCount: `insert into status_counts (status, customers) values (?, ?)
    on conflict (status) do update set customers = customers + excluded.customers`,
  eraseEntry: 'update entries set customer_id = ?, revision = 0, content = ? where position = ?',
  eraseCustomer: 'delete from customers where customer_id = ?',
  eraseDeadLetters: 'delete from dead_letters where customer_id = ?',
  eraseConfirmationTask: 'delete from confirmation_tasks where customer_id = ?',
} as const;

type Statements<Sql> = { readonly [Name in keyof Sql]: StatementSync };

/** Prepares every statement that reads. */
export function prepareReading(database: DatabaseSync): Statements<typeof READING> {
  return prepareAll(database, READING);
}

/** Prepares every statement that writes. */
export function prepareWriting(database: DatabaseSync): Statements<typeof WRITING> {
  return prepareAll(database, WRITING);
}

function prepareAll<Sql extends Record<string, string>>(database: DatabaseSync, sql: Sql): Statements<Sql> {
  const prepared = Object.entries(sql).map(([name, text]) => [name, database.prepare(text)] as const);
  return Object.fromEntries(prepared) as Statements<Sql>;
}
