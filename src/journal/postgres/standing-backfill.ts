/** Filling in the standing of every customer from the entries. */
import type { Client } from 'pg';
import type { EntryRow } from '../entry.ts';
import { BACKFILL_BATCH, standingColumns } from '../standing-backfill.ts';
import { ask } from './query.ts';

/** Part of the migration that adds the columns: reads each customer's latest entry. */
export async function backfillStandings(client: Client): Promise<void> {
  const read = `select e.position, e.content, e.digest from customers c join entries e using (position)
    where c.position > $1 order by c.position limit $2`;
  const update = `update customers set standing = new.standing, changed_at = new.changed_at
    from unnest($1::bigint[], $2::integer[], $3::bigint[]) as new (position, standing, changed_at)
    where customers.position = new.position`;
  for (let reached = 0; ; ) {
    const rows = (await ask(client, { text: read }, [reached, BACKFILL_BATCH])).rows as unknown as EntryRow[];
    const columns = rows.map(standingColumns);
    await ask(
      client,
      { text: update },
      [0, 1, 2].map((column) => columns.map((row) => row[column])),
    );
    reached = rows.at(-1)?.position ?? reached;
    if (rows.length < BACKFILL_BATCH) return;
  }
}
