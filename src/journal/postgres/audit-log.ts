/** The audit log in the journal's Postgres, which all instances share. */
import type { PoolClient } from 'pg';
import {
  AUDIT_COLUMNS,
  type AuditEnd,
  type AuditEntry,
  type AuditLog,
  type AuditRow,
  auditConditions,
  readAuditEntry,
} from '../audit-log.ts';
import type { PostgresDatabase } from './connection.ts';
import { ask, rowsOf } from './query.ts';
import { named } from './statements.ts';
import { locked, unlocked } from './transaction.ts';

const CUSTOMERS = '(select json_agg(customer_id)::text from audit_customers c where c.entry_id = l.id) as customers';

function listed(source: string, table: string, time: string, id: string, conditions: string): string {
  return `select ${AUDIT_COLUMNS}, ${CUSTOMERS} from ${source} where ${conditions} and ${table}.${time} >= $4
    and (${table}.${time}, ${table}.${id}) < ($5::bigint, $6::bigint)
    and ($1::text is null or l.name = $1) and ($2::text is null or l.subject = $2) and ($3::text is null or true)
    order by ${table}.${time} desc, ${table}.${id} desc limit $7`;
}

const SQL = named({
  auditInsert: `insert into audit_log (key, at, issuer, subject, name, type, operation, fields, ended, codes, request_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (key) do nothing returning id`,
  auditEnd: 'update audit_log set ended = true, codes = $1 where key = $2 returning id, at',
  // Known now: an ID does not come back after an erasure, which has the same lock.
  auditOpen: `insert into audit_customers (customer_id, at, entry_id)
    select distinct opened.customer_id, $2::bigint, $3::bigint from unnest($1::text[]) as opened (customer_id)
    where exists (select 1 from customers c where c.customer_id = opened.customer_id)
      or exists (select 1 from dead_letters d where d.customer_id = opened.customer_id)
    on conflict do nothing`,
  auditByTime: listed('audit_log l', 'l', 'at', 'id', 'true'),
  auditByName: listed('audit_log l', 'l', 'at', 'id', 'l.name = $1'),
  auditBySubject: listed('audit_log l', 'l', 'at', 'id', 'l.subject = $2'),
  auditByCustomer: listed(
    'audit_customers o join audit_log l on l.id = o.entry_id',
    'o',
    'at',
    'entry_id',
    'o.customer_id = $3',
  ),
  auditDelete: `with old as (select id from audit_log where at < $1 order by at limit $2),
      opened as (delete from audit_customers where entry_id in (select id from old))
    delete from audit_log where id in (select id from old)`,
});

/** The audit log. */
export function postgresAuditLog({ readers, writers }: PostgresDatabase): AuditLog {
  return {
    write: (entries) =>
      locked(writers, async (client) => {
        for (const entry of entries) await ('at' in entry ? insert(client, entry) : end(client, entry));
      }),
    async list(selection) {
      const { name, subject, customerId, from, at, id, limit } = auditConditions(selection);
      const statement =
        customerId !== null
          ? SQL.auditByCustomer
          : subject !== null
            ? SQL.auditBySubject
            : name !== null
              ? SQL.auditByName
              : SQL.auditByTime;
      const rows = await rowsOf<AuditRow & Record<string, unknown>>(readers, statement, [
        ...[name, subject, customerId, from, at, id, limit],
      ]);
      return rows.map(readAuditEntry);
    },
    deleteBefore: (time, limit) =>
      unlocked(writers, async (client) => (await ask(client, SQL.auditDelete, [time, limit])).rowCount ?? 0),
  };
}

async function insert(client: PoolClient, entry: AuditEntry): Promise<void> {
  const { key, at, issuer, subject, name, type, operationName, fields, codes, requestId, customerIds } = entry;
  const [row] = await rowsOf<{ id: number }>(client, SQL.auditInsert, [
    ...[key, at, issuer, subject, name, type, operationName, JSON.stringify(fields)],
    ...[codes !== null, JSON.stringify(codes ?? []), requestId],
  ]);
  if (row !== undefined && customerIds.length > 0) await ask(client, SQL.auditOpen, [customerIds, at, row.id]);
}

async function end(client: PoolClient, { key, codes, customerIds }: AuditEnd): Promise<void> {
  const [row] = await rowsOf<{ id: number; at: number }>(client, SQL.auditEnd, [JSON.stringify(codes), key]);
  if (row !== undefined && customerIds.length > 0) await ask(client, SQL.auditOpen, [customerIds, row.at, row.id]);
}
