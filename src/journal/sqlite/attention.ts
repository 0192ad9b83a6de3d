/** Updates that wait for a person, in the journal's SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import { FLAG_SETS } from '../../domain/attention.ts';
import { type Attention, type FlagStateRow, readFlagStates } from '../attention.ts';
import { writeStanding } from '../customer-selection.ts';
import { type EntryRow, readEntry } from '../entry.ts';
import { prepareLazily } from './prepared.ts';
import type { Transact } from './transaction.ts';

const ENTRY = 'e.position, e.content, e.digest';
const IN_DOUBT = `c.status = '"FULL_USER"' and c.standing = ${writeStanding('IN_DOUBT')}`;

const SQL = {
  flagged: `select ${ENTRY} from attention_items a cross join entries e using (position)
    where a.is_open = 1 and a.flags = ? and a.position > ? order by a.position limit ?`,
  inDoubt: `select ${ENTRY} from customers c cross join entries e using (position)
    where ${IN_DOUBT} and c.position > ? order by c.position limit ?`,
  countFlagged: 'select count(*) as count from (select 1 from attention_items where is_open = 1 and flags = ? limit ?)',
  countInDoubt: `select count(*) as count from (select 1 from customers c where ${IN_DOUBT} limit ?)`,
  pending: `select c.standing = ${writeStanding('IN_DOUBT')} as is_in_doubt, coalesce(a.flags, 0) as flags
    from pending_decisions p cross join customers c on c.customer_id = p.customer_id
      cross join entries e on e.position = c.position and e.revision = p.revision
      left join attention_items a on a.position = c.position and a.is_open = 1 limit ?`,
  states: `select a.position, a.is_open, a.acknowledgement
    from json_each(?) as wanted cross join attention_items a on a.position = wanted.value`,
  acknowledge: `update attention_items set is_open = 0, acknowledgement = ?
    where customer_id = ? and position >= ? and position <= ? and is_open = 1`,
} as const;

/** The store on a journal's connection, whose transactions are `transact`. */
export function sqliteAttention(database: DatabaseSync, transact: Transact): Attention {
  const sql = prepareLazily(database, SQL);
  const entries = (rows: readonly unknown[]) => (rows as readonly EntryRow[]).map(readEntry);
  return {
    flaggedAfter: (flags, position, limit) =>
      entries(sql.flagged.all(flags, position, limit)).map((update) => ({ update, flags })),
    inDoubtAfter: (position, limit) => entries(sql.inDoubt.all(position, limit)),
    counts(limit) {
      const pending = sql.pending.all(limit).map((row) => ({
        isInDoubt: row['is_in_doubt'] === 1,
        flags: Number(row['flags']),
      }));
      const flagged = FLAG_SETS.map((flags) => [flags, Number(sql.countFlagged.get(flags, limit)?.['count'])] as const);
      return { inDoubt: Number(sql.countInDoubt.get(limit)?.['count']), flagged: new Map(flagged), pending };
    },
    states: (positions) => readFlagStates(sql.states.all(JSON.stringify(positions)) as unknown as FlagStateRow[]),
    acknowledge: ({ customerId, from, to }, acknowledgement) =>
      transact(() => Number(sql.acknowledge.run(JSON.stringify(acknowledgement), customerId, from, to).changes)),
  };
}
