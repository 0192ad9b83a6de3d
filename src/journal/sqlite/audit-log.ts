/** The audit log in the journal's SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import {
  AUDIT_COLUMNS,
  type AuditEnd,
  type AuditEntry,
  type AuditLog,
  type AuditRow,
  auditConditions,
  readAuditEntry,
} from '../audit-log.ts';
import { prepareLazily } from './prepared.ts';
import type { Transact } from './transaction.ts';

const CUSTOMERS = '(select json_group_array(customer_id) from audit_customers c where c.entry_id = l.id) as customers';
const RANGE = 'and (?1 is null or l.name = ?1) and (?2 is null or l.subject = ?2)';

/** Entries by one of the indexes. `source`: what is read in the order of its time. */
function listed(source: string, table: string, time: string, id: string, conditions: string): string {
  return `select ${AUDIT_COLUMNS}, ${CUSTOMERS} from ${source} where ${conditions} and ${table}.${time} >= ?4
    and (${table}.${time}, ${table}.${id}) < (?5, ?6) ${RANGE}
    order by ${table}.${time} desc, ${table}.${id} desc limit ?7`;
}

const SQL = {
  insert: `insert into audit_log (key, at, issuer, subject, name, type, operation, fields, ended, codes, request_id)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (key) do nothing`,
  end: 'update audit_log set ended = 1, codes = ? where key = ? returning id, at',
  // Known now: an ID does not come back after an erasure.
  open: `insert into audit_customers (customer_id, at, entry_id) select ?1, ?2, ?3
    where exists (select 1 from customers where customer_id = ?1) or exists (select 1 from dead_letters where customer_id = ?1)
    on conflict do nothing`,
  byTime: listed('audit_log l', 'l', 'at', 'id', '1'),
  byName: listed('audit_log l', 'l', 'at', 'id', 'l.name = ?1'),
  bySubject: listed('audit_log l', 'l', 'at', 'id', 'l.subject = ?2'),
  byCustomer: listed(
    'audit_customers o cross join audit_log l on l.id = o.entry_id',
    'o',
    'at',
    'entry_id',
    'o.customer_id = ?3',
  ),
  old: 'select id from audit_log where at < ? order by at limit ?',
  remove: 'delete from audit_log where id = ?',
  removeCustomers: 'delete from audit_customers where entry_id = ?',
} as const;

/** The audit log on a journal's connection, whose transactions are `transact`. */
export function sqliteAuditLog(database: DatabaseSync, transact: Transact): AuditLog {
  const sql = prepareLazily(database, SQL);
  const openCustomers = (customerIds: readonly string[], at: number, id: number): void => {
    for (const customerId of customerIds) sql.open.run(customerId, at, id);
  };
  const insert = (entry: AuditEntry): void => {
    const { key, at, issuer, subject, name, type, operationName, fields, codes, requestId, customerIds } = entry;
    const { changes, lastInsertRowid } = sql.insert.run(
      ...[key, at, issuer, subject, name, type, operationName, JSON.stringify(fields)],
      ...[codes === null ? 0 : 1, JSON.stringify(codes ?? []), requestId],
    );
    if (changes > 0) openCustomers(customerIds, at, Number(lastInsertRowid));
  };
  const end = ({ key, codes, customerIds }: AuditEnd): void => {
    const row = sql.end.get(JSON.stringify(codes), key);
    if (row !== undefined) openCustomers(customerIds, Number(row['at']), Number(row['id']));
  };
  return {
    write: (entries) =>
      transact(() => {
        for (const entry of entries) 'at' in entry ? insert(entry) : end(entry);
      }),
    list(selection) {
      const { name, subject, customerId, from, at, id, limit } = auditConditions(selection);
      const by =
        customerId !== null ? 'byCustomer' : subject !== null ? 'bySubject' : name !== null ? 'byName' : 'byTime';
      const rows = sql[by].all(name, subject, customerId, from, at, id, limit);
      return (rows as unknown as AuditRow[]).map(readAuditEntry);
    },
    deleteBefore: (time, limit) =>
      transact(() => {
        const ids = sql.old.all(time, limit).map((row) => Number(row['id']));
        for (const id of ids) {
          sql.removeCustomers.run(id);
          sql.remove.run(id);
        }
        return ids.length;
      }),
  };
}
