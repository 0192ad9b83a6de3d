/** The dead-letter store in the journal's Postgres. Whoever keeps letters has the journal's lock: a shelf never overflows. */
import type { Pool, PoolClient } from 'pg';
import {
  type DeadLetters,
  LETTER_LIMITS,
  type LetterLimits,
  type LetterRow,
  letterFingerprint,
  type NewLetter,
  readLetter,
} from './dead-letters.ts';
import { ask, type PostgresDatabase, rowsOf } from './postgres-database.ts';
import { named } from './postgres-statements.ts';
import { locked } from './postgres-transaction.ts';

const COLUMNS = 'id, shelf, reason, problems, customer_id, body, hash_digest, first_seen_at, last_seen_at, count';

const SQL = named({
  insertLetter: `insert into dead_letters
    (shelf, reason, problems, customer_id, body, bytes, hash_digest, fingerprint, first_seen_at, last_seen_at, count)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 1)`,
  repeatLetter: 'update dead_letters set last_seen_at = $2, count = count + 1 where id = $1',
  sameRefusedLetter: "select id from dead_letters where fingerprint = $1 and shelf = 'REFUSED'",
  sameGenuineLetter: `select id from dead_letters
    where id = (select max(id) from dead_letters where customer_id = $2 and shelf = 'GENUINE') and fingerprint = $1`,
  shelfSize: 'select count(*) as count, coalesce(sum(bytes), 0)::bigint as bytes from dead_letters where shelf = $1',
  oldestLetter: 'select id, bytes from dead_letters where shelf = $1 order by id limit 1',
  letters: `select ${COLUMNS} from dead_letters where ($1::text is null or shelf = $1) and id < $2 order by id desc limit $3`,
  lettersById: `select ${COLUMNS} from dead_letters where id = any ($1::bigint[]) order by id`,
  discardLetters: 'delete from dead_letters where id = any ($1::bigint[]) returning id',
});

interface Size {
  readonly count: number;
  readonly bytes: number;
}

/** The store. */
export function postgresDeadLetters(
  { readers, writers }: PostgresDatabase,
  limits: LetterLimits = LETTER_LIMITS,
): DeadLetters {
  const sizeOf = async (database: Pool | PoolClient, shelf: string): Promise<Size> =>
    (await rowsOf<{ count: number; bytes: number }>(database, SQL.shelfSize, [shelf]))[0] ?? { count: 0, bytes: 0 };

  const keep = async (client: PoolClient, letter: NewLetter): Promise<boolean> => {
    const { shelf, reason, problems, customerId, body, hashDigest, receivedAt } = letter;
    const fingerprint = letterFingerprint(letter);
    const [same] =
      shelf === 'REFUSED'
        ? await rowsOf<{ id: number }>(client, SQL.sameRefusedLetter, [fingerprint])
        : await rowsOf<{ id: number }>(client, SQL.sameGenuineLetter, [fingerprint, customerId]);
    if (same !== undefined) {
      await ask(client, SQL.repeatLetter, [same.id, receivedAt]);
      return true;
    }
    const bytes = Buffer.byteLength(body);
    if (shelf === 'GENUINE') {
      if ((await sizeOf(client, shelf)).count >= limits.genuine) return false;
    } else await makeRoom(client, bytes);
    const values = [
      shelf,
      reason,
      JSON.stringify(problems),
      customerId,
      body,
      bytes,
      hashDigest,
      fingerprint,
      receivedAt,
    ];
    await ask(client, SQL.insertLetter, values);
    return true;
  };
  const makeRoom = async (client: PoolClient, bytes: number): Promise<void> => {
    let { count, bytes: held } = await sizeOf(client, 'REFUSED');
    while (count > 0 && (count >= limits.refused || held + bytes > limits.refusedBytes)) {
      const [oldest] = await rowsOf<{ id: number; bytes: number }>(client, SQL.oldestLetter, ['REFUSED']);
      await ask(client, SQL.discardLetters, [[oldest?.id]]);
      count -= 1;
      held -= oldest?.bytes ?? 0;
    }
  };

  return {
    keep: (batch) =>
      locked(writers, async (client) => {
        const kept: boolean[] = [];
        for (const letter of batch) kept.push(await keep(client, letter));
        return kept;
      }),
    async list({ shelf, before, limit }) {
      const rows = await rowsOf<LetterRow>(readers, SQL.letters, [shelf, before ?? Number.MAX_SAFE_INTEGER, limit]);
      return rows.map(readLetter);
    },
    find: async (ids) => (await rowsOf<LetterRow>(readers, SQL.lettersById, [ids])).map(readLetter),
    discard: async (ids) =>
      locked(writers, async (client) =>
        (await rowsOf<{ id: number }>(client, SQL.discardLetters, [ids])).map(({ id }) => id),
      ),
    async counts() {
      const [genuine, refused] = await Promise.all([sizeOf(readers, 'GENUINE'), sizeOf(readers, 'REFUSED')]);
      return { GENUINE: genuine.count, REFUSED: refused.count };
    },
  };
}
