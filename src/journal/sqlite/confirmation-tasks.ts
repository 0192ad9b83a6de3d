/** Confirmation tasks in the SQLite file of the journal. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type ConfirmationTask,
  type ConfirmationTasks,
  PROGRESS_FACT,
  readProgress,
  writeProgress,
} from '../confirmation-tasks.ts';
import { writeStatus } from '../rows.ts';
import type { Transact } from './transaction.ts';

/** The store on a journal's connection, whose transactions are `transact`. */
export function sqliteConfirmationTasks(database: DatabaseSync, transact: Transact): ConfirmationTasks {
  const progress = database.prepare('select value from journal_facts where name = ?');
  const saveProgress = database.prepare('insert or replace into journal_facts (name, value) values (?, ?)');
  const ask =
    database.prepare(`insert into confirmation_tasks (customer_id, urgent, due_at, attempts) values (?, ?, ?, 0)
    on conflict (customer_id) do update set urgent = max(urgent, excluded.urgent), due_at = min(due_at, excluded.due_at)`);
  const settle = database.prepare('delete from confirmation_tasks where customer_id = ?');
  const postpone = database.prepare('update confirmation_tasks set attempts = ?, due_at = ? where customer_id = ?');
  const due = database.prepare(`select customer_id, urgent, attempts from confirmation_tasks
    where urgent = ? and due_at <= ? order by due_at limit ?`);
  const hide = database.prepare('update confirmation_tasks set due_at = ? where customer_id = ?');
  const sweepEnd = database.prepare(
    'select position from customers where position > ? order by position limit 1 offset ?',
  );
  const sweep = database.prepare(`insert into confirmation_tasks (customer_id, urgent, due_at, attempts)
    select customer_id, 0, ?, 0 from customers where position > ? and position <= ? and (confirmed_at is null
      or (confirmed_at < ? and (? or status in (select value from json_each(?)))))
    on conflict (customer_id) do nothing`);
  const backlog = database.prepare('select count(*) as count, min(due_at) as oldest from confirmation_tasks');

  return {
    progress: () => readProgress(progress.get(PROGRESS_FACT)?.['value']),
    save: ({ progress: reached, added = [], settled = [], postponed = [] }) =>
      transact(() => {
        if (reached !== undefined) saveProgress.run(PROGRESS_FACT, writeProgress(reached));
        for (const customerId of settled) settle.run(customerId);
        for (const { customerId, attempts, dueAt } of postponed) postpone.run(attempts, dueAt, customerId);
        for (const { customerId, urgent, dueAt } of added) ask.run(customerId, urgent ? 1 : 0, dueAt);
      }),
    claim(now, until, limit) {
      const urgent = due.all(1, now, limit);
      const rows = [...urgent, ...due.all(0, now, limit - urgent.length)];
      if (rows.length === 0) return [];
      return transact(() =>
        rows.map((row): ConfirmationTask => {
          const customerId = String(row['customer_id']);
          hide.run(until, customerId);
          return { customerId, urgent: row['urgent'] === 1, attempts: Number(row['attempts']) };
        }),
      );
    },
    sweep: ({ after, limit, statuses, confirmedBefore, dueAt }) =>
      transact(() => {
        const end = sweepEnd.get(after, limit - 1)?.['position'];
        const through = end === undefined ? Number.MAX_SAFE_INTEGER : Number(end);
        const any = statuses === null ? 1 : 0;
        sweep.run(dueAt, after, through, confirmedBefore, any, JSON.stringify((statuses ?? []).map(writeStatus)));
        return end === undefined ? null : through;
      }),
    backlog() {
      const row = backlog.get();
      return { count: Number(row?.['count']), oldestDueAt: row?.['oldest'] == null ? null : Number(row['oldest']) };
    },
  };
}
