/** Pending decisions in the journal's Postgres: every instance sees the same. */
import { type EntryRow, readEntry } from '../entry.ts';
import {
  type PendingDecisionRow,
  type PendingDecisions,
  readDecision,
  SWEPT_AT_ONCE,
  writeDecision,
} from '../pending-decisions.ts';
import type { PostgresDatabase } from './connection.ts';
import { ask, rowsOf } from './query.ts';
import { named } from './statements.ts';
import { unlocked } from './transaction.ts';

const COLUMNS = 'p.customer_id, p.revision, p.decision';
// What is about another revision than the latest has lapsed.
const CURRENT = `pending_decisions p
  cross join lateral (select * from customers where customer_id = p.customer_id offset 0) c
  cross join lateral (select * from entries where position = c.position offset 0) e`;

const SQL = named({
  // An erasure deletes the customer first and the pending decision after that: it waits for this transaction, or this one finds nothing.
  // Waits for another decision that is being added, and then leaves or replaces it.
  propose: `insert into pending_decisions as old (customer_id, revision, decision)
    select customer_id, $2, $3 from customers where customer_id = $1 for key share
    on conflict (customer_id) do update set revision = excluded.revision, decision = excluded.decision
      where old.revision < excluded.revision`,
  // Lapsed decisions are useless, and there are few.
  sweepPending: `delete from pending_decisions where customer_id in (
    select p.customer_id from ${CURRENT} where e.revision > p.revision limit ${SWEPT_AT_ONCE} for update of p skip locked)`,
  proposed: `select ${COLUMNS} from pending_decisions p where p.customer_id = $1`,
  take: 'delete from pending_decisions where customer_id = $1 and revision = $2 and decision = $3',
  findPending: `select ${COLUMNS} from ${CURRENT} where p.customer_id = $1 and e.revision = p.revision`,
  pendingAfter: `select ${COLUMNS}, e.position, e.content, e.digest from ${CURRENT}
    where c.position > $1 and e.revision = p.revision order by c.position limit $2`,
});

type Row = PendingDecisionRow & EntryRow & Record<string, unknown>;

/** The store. */
export function postgresPendingDecisions({ readers, writers }: PostgresDatabase): PendingDecisions {
  return {
    propose: (decision) =>
      unlocked(writers, async (client) => {
        const { customerId, revision } = decision;
        const [, [row]] = await Promise.all([
          ask(client, SQL.propose, [customerId, revision, writeDecision(decision)]),
          rowsOf<Row>(client, SQL.proposed, [customerId]),
          // Last: it skips what others hold, so that no two of these transactions, and no erasure, deadlock.
          ask(client, SQL.sweepPending),
        ]);
        // The first statement has locked the row, also when another instance added it.
        return row === undefined ? null : readDecision(row);
      }),
    take: (decision) =>
      unlocked(writers, async (client) => {
        const { customerId, revision } = decision;
        return (await ask(client, SQL.take, [customerId, revision, writeDecision(decision)])).rowCount === 1;
      }),
    async find(customerId) {
      const [row] = await rowsOf<Row>(readers, SQL.findPending, [customerId]);
      return row === undefined ? null : readDecision(row);
    },
    after: async (position, limit) =>
      (await rowsOf<Row>(readers, SQL.pendingAfter, [position, limit])).map((row) => ({
        decision: readDecision(row),
        update: readEntry(row),
      })),
  };
}
