/** Updates that wait for a person, in the journal's Postgres. */
import { FLAG_SETS } from '../../domain/attention.ts';
import { type Attention, type FlagStateRow, readFlagStates } from '../attention.ts';
import { writeStanding } from '../customer-selection.ts';
import { type EntryRow, readEntry } from '../entry.ts';
import { bigintArray, integerArray } from './arrays.ts';
import type { PostgresDatabase } from './connection.ts';
import { ask, rowsOf } from './query.ts';
import { named } from './statements.ts';
import { unlocked } from './transaction.ts';

const ENTRY = 'e.position, e.content, e.digest';
const IN_DOUBT = `status = '"FULL_USER"' and standing = ${writeStanding('IN_DOUBT')}`;
/** By the position alone, whatever the statistics of the tables say. */
const entryOf = (name: string) =>
  `cross join lateral (select * from entries where position = ${name}.position offset 0) e`;

const SQL = named({
  flagged: `select ${ENTRY} from (
      select position from attention_items where is_open = 1 and flags = $1 and position > $2 order by position limit $3
    ) a ${entryOf('a')} order by a.position`,
  inDoubt: `select ${ENTRY} from (
      select position from customers where ${IN_DOUBT} and position > $1 order by position limit $2
    ) c ${entryOf('c')} order by c.position`,
  countInDoubt: `select count(*) as count from (select from customers where ${IN_DOUBT} limit $1) c`,
  countFlagged: `select wanted.flags, counted.count from unnest($1::integer[]) as wanted (flags) cross join lateral (
      select count(*) as count from (select from attention_items where is_open = 1 and flags = wanted.flags limit $2) found
    ) counted`,
  countPending: `select c.standing = ${writeStanding('IN_DOUBT')} as "isInDoubt", coalesce(a.flags, 0) as flags
    from pending_decisions p
      cross join lateral (select * from customers where customer_id = p.customer_id offset 0) c ${entryOf('c')}
      left join lateral (select flags from attention_items where position = c.position and is_open = 1 offset 0) a on true
    where e.revision = p.revision limit $1`,
  flagStates: `select a.position, a.is_open, a.acknowledgement from unnest($1::bigint[]) as wanted (position)
    cross join lateral (select * from attention_items where position = wanted.position offset 0) a`,
  acknowledge: `update attention_items set is_open = 0, acknowledgement = $1
    where customer_id = $2 and position >= $3 and position <= $4 and is_open = 1`,
});

/** The store. */
export function postgresAttention({ readers, writers }: PostgresDatabase): Attention {
  return {
    async flaggedAfter(flags, position, limit) {
      const rows = await rowsOf<EntryRow & Record<string, unknown>>(readers, SQL.flagged, [flags, position, limit]);
      return rows.map((row) => ({ update: readEntry(row), flags }));
    },
    inDoubtAfter: async (position, limit) =>
      (await rowsOf<EntryRow & Record<string, unknown>>(readers, SQL.inDoubt, [position, limit])).map(readEntry),
    async counts(limit) {
      const [[inDoubt], flagged, pending] = await Promise.all([
        rowsOf<{ count: number }>(readers, SQL.countInDoubt, [limit]),
        rowsOf<{ flags: number; count: number }>(readers, SQL.countFlagged, [integerArray(FLAG_SETS), limit]),
        rowsOf<{ isInDoubt: boolean; flags: number }>(readers, SQL.countPending, [limit]),
      ]);
      return {
        inDoubt: inDoubt?.count ?? 0,
        flagged: new Map(flagged.map(({ flags, count }) => [flags, count])),
        pending,
      };
    },
    async states(positions) {
      const rows = await rowsOf<FlagStateRow & Record<string, unknown>>(readers, SQL.flagStates, [
        bigintArray(positions),
      ]);
      return readFlagStates(rows);
    },
    acknowledge: ({ customerId, from, to }, acknowledgement) =>
      unlocked(writers, async (client) => {
        const values = [JSON.stringify(acknowledgement), customerId, from, to];
        return (await ask(client, SQL.acknowledge, values)).rowCount ?? 0;
      }),
  };
}
