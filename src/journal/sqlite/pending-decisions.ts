/** Pending decisions in the journal's SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import { type EntryRow, readEntry } from '../entry.ts';
import {
  type PendingDecisionRow,
  type PendingDecisions,
  readDecision,
  SWEPT_AT_ONCE,
  writeDecision,
} from '../pending-decisions.ts';
import { prepareLazily } from './prepared.ts';
import type { Transact } from './transaction.ts';

const COLUMNS = 'p.customer_id, p.revision, p.decision';
// What is about another revision than the latest has lapsed.
const CURRENT = `pending_decisions p cross join customers c on c.customer_id = p.customer_id
  cross join entries e on e.position = c.position and e.revision = p.revision`;

const SQL = {
  propose: `insert into pending_decisions (customer_id, revision, decision) select ?1, ?2, ?3
    where exists (select 1 from customers where customer_id = ?1)
    on conflict (customer_id) do update set revision = excluded.revision, decision = excluded.decision
      where revision < excluded.revision`,
  // Lapsed decisions are useless, and there are few.
  sweep: `delete from pending_decisions where customer_id in (select p.customer_id
    from pending_decisions p cross join customers c on c.customer_id = p.customer_id cross join entries e on e.position = c.position
    where e.revision > p.revision limit ${SWEPT_AT_ONCE})`,
  one: `select ${COLUMNS} from pending_decisions p where p.customer_id = ?`,
  take: 'delete from pending_decisions where customer_id = ? and revision = ? and decision = ?',
  find: `select ${COLUMNS} from ${CURRENT} where p.customer_id = ?`,
  after: `select ${COLUMNS}, e.position, e.content, e.digest from ${CURRENT} where c.position > ? order by c.position limit ?`,
} as const;

/** The store on a journal's connection, whose transactions are `transact`. */
export function sqlitePendingDecisions(database: DatabaseSync, transact: Transact): PendingDecisions {
  const sql = prepareLazily(database, SQL);
  return {
    propose: (decision) =>
      transact(() => {
        const { customerId, revision } = decision;
        sql.sweep.run();
        sql.propose.run(customerId, revision, writeDecision(decision));
        const row = sql.one.get(customerId) as unknown as PendingDecisionRow | undefined;
        return row === undefined ? null : readDecision(row);
      }),
    take: (decision) =>
      transact(() => {
        const { customerId, revision } = decision;
        return sql.take.run(customerId, revision, writeDecision(decision)).changes === 1;
      }),
    find(customerId) {
      const row = sql.find.get(customerId) as unknown as PendingDecisionRow | undefined;
      return row === undefined ? null : readDecision(row);
    },
    after: (position, limit) =>
      (sql.after.all(position, limit) as unknown as (PendingDecisionRow & EntryRow)[]).map((row) => ({
        decision: readDecision(row),
        update: readEntry(row),
      })),
  };
}
