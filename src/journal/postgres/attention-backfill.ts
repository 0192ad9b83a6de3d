/** Filling in flags and statistics from the entries. */
import type { Client } from 'pg';
import { type BackfillRow, backfilled, backfillRows } from '../attention-backfill.ts';
import { BACKFILL_BATCH } from '../standing-backfill.ts';
import { countColumns } from './append.ts';
import { bigintArray, integerArray, textArray } from './arrays.ts';
import { ask } from './query.ts';

/** Part of the migration that adds the tables: reads every entry. */
export async function backfillAttention(client: Client): Promise<void> {
  // A thousand entries at a time, each customer by the index.
  await ask(client, { text: 'set local enable_hashjoin = off; set local enable_mergejoin = off' });
  const read = { name: 'kyc_backfill_read', text: backfillRows('$1', '$2') };
  const insert = {
    name: 'kyc_backfill_flags',
    text: `insert into attention_items (position, customer_id, flags, is_open)
      select * from unnest($1::bigint[], $2::text[], $3::integer[], $4::integer[])`,
  };
  const count = { name: 'kyc_backfill_counts', text: 'select count_statistics($1, $2, $3, $4)' };
  for (let reached = 0; ; ) {
    const rows = (await ask(client, read, [reached, BACKFILL_BATCH])).rows as unknown as BackfillRow[];
    const { flags, counts } = backfilled(rows);
    await ask(client, insert, [
      bigintArray(flags.map(({ position }) => position)),
      textArray(flags.map(({ customerId }) => customerId)),
      integerArray(flags.map((one) => one.flags)),
      integerArray(flags.map(({ isOpen }) => (isOpen ? 1 : 0))),
    ]);
    await ask(client, count, countColumns(counts));
    reached = rows.at(-1)?.position ?? reached;
    if (rows.length < BACKFILL_BATCH) return;
  }
}
