/** Confirmation tasks in the journal's Postgres: instances share them, and each task is claimed by one. */

import {
  type ConfirmationTask,
  type ConfirmationTasks,
  PROGRESS_FACT,
  readProgress,
  writeProgress,
} from '../confirmation-tasks.ts';
import { writeStatus } from '../rows.ts';
import type { PostgresDatabase } from './connection.ts';
import { ask, rowsOf } from './query.ts';
import { named } from './statements.ts';
import { unlocked } from './transaction.ts';

const SQL = named({
  progress: 'select value from journal_facts where name = $1',
  saveProgress: `insert into journal_facts (name, value) values ($1, $2)
    on conflict (name) do update set value = excluded.value`,
  ask: `insert into confirmation_tasks as old (customer_id, urgent, due_at, attempts) values ($1, $2, $3, 0)
    on conflict (customer_id) do update set urgent = old.urgent or excluded.urgent, due_at = least(old.due_at, excluded.due_at)`,
  settle: 'delete from confirmation_tasks where customer_id = any ($1::text[])',
  postpone: 'update confirmation_tasks set attempts = $2, due_at = $3 where customer_id = $1',
  claim: `with due as (
      select customer_id from confirmation_tasks where due_at <= $1 order by urgent desc, due_at limit $3 for update skip locked
    ) update confirmation_tasks q set due_at = $2 from due where q.customer_id = due.customer_id
    returning q.customer_id as "customerId", q.urgent, q.attempts`,
  sweepEnd: 'select position from customers where position > $1 order by position limit 1 offset $2',
  sweep: `insert into confirmation_tasks (customer_id, urgent, due_at, attempts)
    select customer_id, false, $1, 0 from customers where position > $2 and position <= $3 and (confirmed_at is null
      or (confirmed_at < $4 and ($5::text[] is null or status = any ($5::text[]))))
    order by customer_id on conflict (customer_id) do nothing`,
  backlog: 'select count(*) as count, min(due_at) as "oldestDueAt" from confirmation_tasks',
});

/** The store. */
export function postgresConfirmationTasks({ readers, writers }: PostgresDatabase): ConfirmationTasks {
  return {
    progress: async () => readProgress((await rowsOf(readers, SQL.progress, [PROGRESS_FACT]))[0]?.['value']),
    save: ({ progress, added = [], settled = [], postponed = [] }) =>
      unlocked(writers, async (client) => {
        // Always in the same order, so that two instances never deadlock.
        const inOrder = added.toSorted((a, b) => (a.customerId < b.customerId ? -1 : 1));
        await Promise.all([
          progress && ask(client, SQL.saveProgress, [PROGRESS_FACT, writeProgress(progress)]),
          settled.length > 0 && ask(client, SQL.settle, [settled]),
          ...postponed.map((one) => ask(client, SQL.postpone, [one.customerId, one.attempts, one.dueAt])),
          ...inOrder.map((one) => ask(client, SQL.ask, [one.customerId, one.urgent, one.dueAt])),
        ]);
      }),
    claim: (now, until, limit) =>
      unlocked(writers, (client) =>
        rowsOf<ConfirmationTask & Record<string, unknown>>(client, SQL.claim, [now, until, limit]),
      ),
    sweep: ({ after, limit, statuses, confirmedBefore, dueAt }) =>
      unlocked(writers, async (client) => {
        const [end] = await rowsOf<{ position: number }>(client, SQL.sweepEnd, [after, limit - 1]);
        const through = end?.position ?? null;
        const wanted = statuses?.map(writeStatus) ?? null;
        await ask(client, SQL.sweep, [dueAt, after, through ?? Number.MAX_SAFE_INTEGER, confirmedBefore, wanted]);
        return through;
      }),
    async backlog() {
      const [row] = await rowsOf<{ count: number; oldestDueAt: number | null }>(readers, SQL.backlog);
      return row ?? { count: 0, oldestDueAt: null };
    },
  };
}
