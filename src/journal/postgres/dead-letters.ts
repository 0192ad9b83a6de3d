/** The dead-letter store in the journal's Postgres. Whoever keeps dead letters has the journal's lock: a category never overflows. */
import type { Pool, PoolClient } from 'pg';
import {
  DEAD_LETTER_LIMITS,
  type DeadLetterLimits,
  type DeadLetterRow,
  type DeadLetters,
  deadLetterFingerprint,
  type NewDeadLetter,
  readDeadLetter,
} from '../dead-letters.ts';
import type { PostgresDatabase } from './connection.ts';
import { ask, rowsOf } from './query.ts';
import { named } from './statements.ts';
import { locked } from './transaction.ts';

const COLUMNS = 'id, category, reason, problems, customer_id, body, hash_digest, first_seen_at, last_seen_at, count';

const SQL = named({
  insertDeadLetter: `insert into dead_letters
    (category, reason, problems, customer_id, body, bytes, hash_digest, fingerprint, first_seen_at, last_seen_at, count)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 1)`,
  repeatDeadLetter: 'update dead_letters set last_seen_at = $2, count = count + 1 where id = $1',
  sameRefusedDeadLetter: "select id from dead_letters where fingerprint = $1 and category = 'REFUSED'",
  sameGenuineDeadLetter: `select id from dead_letters
    where id = (select max(id) from dead_letters where customer_id = $2 and category = 'GENUINE') and fingerprint = $1`,
  categorySize:
    'select count(*) as count, coalesce(sum(bytes), 0)::bigint as bytes from dead_letters where category = $1',
  oldestDeadLetter: 'select id, bytes from dead_letters where category = $1 order by id limit 1',
  deadLetters: `select ${COLUMNS} from dead_letters where ($1::text is null or category = $1) and id < $2 order by id desc limit $3`,
  deadLettersById: `select ${COLUMNS} from dead_letters where id = any ($1::bigint[]) order by id`,
  discardDeadLetters: 'delete from dead_letters where id = any ($1::bigint[]) returning id',
});

interface Size {
  readonly count: number;
  readonly bytes: number;
}

/** The store. */
export function postgresDeadLetters(
  { readers, writers }: PostgresDatabase,
  limits: DeadLetterLimits = DEAD_LETTER_LIMITS,
): DeadLetters {
  const sizeOf = async (database: Pool | PoolClient, category: string): Promise<Size> =>
    (await rowsOf<{ count: number; bytes: number }>(database, SQL.categorySize, [category]))[0] ?? {
      count: 0,
      bytes: 0,
    };

  const keep = async (client: PoolClient, deadLetter: NewDeadLetter): Promise<boolean> => {
    const { category, reason, problems, customerId, body, hashDigest, receivedAt } = deadLetter;
    const fingerprint = deadLetterFingerprint(deadLetter);
    const [same] =
      category === 'REFUSED'
        ? await rowsOf<{ id: number }>(client, SQL.sameRefusedDeadLetter, [fingerprint])
        : await rowsOf<{ id: number }>(client, SQL.sameGenuineDeadLetter, [fingerprint, customerId]);
    if (same !== undefined) {
      await ask(client, SQL.repeatDeadLetter, [same.id, receivedAt]);
      return true;
    }
    const bytes = Buffer.byteLength(body);
    if (category === 'GENUINE') {
      if ((await sizeOf(client, category)).count >= limits.genuine) return false;
    } else await makeRoom(client, bytes);
    const values = [
      category,
      reason,
      JSON.stringify(problems),
      customerId,
      body,
      bytes,
      hashDigest,
      fingerprint,
      receivedAt,
    ];
    await ask(client, SQL.insertDeadLetter, values);
    return true;
  };
  const makeRoom = async (client: PoolClient, bytes: number): Promise<void> => {
    let { count, bytes: held } = await sizeOf(client, 'REFUSED');
    while (count > 0 && (count >= limits.refused || held + bytes > limits.refusedBytes)) {
      const [oldest] = await rowsOf<{ id: number; bytes: number }>(client, SQL.oldestDeadLetter, ['REFUSED']);
      await ask(client, SQL.discardDeadLetters, [[oldest?.id]]);
      count -= 1;
      held -= oldest?.bytes ?? 0;
    }
  };

  return {
    keep: (batch) =>
      locked(writers, async (client) => {
        const kept: boolean[] = [];
        for (const deadLetter of batch) kept.push(await keep(client, deadLetter));
        return kept;
      }),
    async list({ category, before, limit }) {
      const rows = await rowsOf<DeadLetterRow>(readers, SQL.deadLetters, [
        category,
        before ?? Number.MAX_SAFE_INTEGER,
        limit,
      ]);
      return rows.map(readDeadLetter);
    },
    find: async (ids) => (await rowsOf<DeadLetterRow>(readers, SQL.deadLettersById, [ids])).map(readDeadLetter),
    discard: async (ids) =>
      locked(writers, async (client) =>
        (await rowsOf<{ id: number }>(client, SQL.discardDeadLetters, [ids])).map(({ id }) => id),
      ),
    async counts() {
      const [genuine, refused] = await Promise.all([sizeOf(readers, 'GENUINE'), sizeOf(readers, 'REFUSED')]);
      return { GENUINE: genuine.count, REFUSED: refused.count };
    },
  };
}
