/** The dead-letter store in the journal's SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import {
  DEAD_LETTER_LIMITS,
  type DeadLetterLimits,
  type DeadLetterRow,
  type DeadLetters,
  deadLetterFingerprint,
  type NewDeadLetter,
  readDeadLetter,
} from '../dead-letters.ts';
import type { Transact } from './transaction.ts';

const COLUMNS = 'id, category, reason, problems, customer_id, body, hash_digest, first_seen_at, last_seen_at, count';

/** The store on a journal's connection, whose transactions are `transact`. */
export function sqliteDeadLetters(
  database: DatabaseSync,
  transact: Transact,
  limits: DeadLetterLimits = DEAD_LETTER_LIMITS,
): DeadLetters {
  const insert = database.prepare(`insert into dead_letters
    (category, reason, problems, customer_id, body, bytes, hash_digest, fingerprint, first_seen_at, last_seen_at, count)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`);
  const repeat = database.prepare('update dead_letters set last_seen_at = ?, count = count + 1 where id = ?');
  const sameRefused = database.prepare("select id from dead_letters where fingerprint = ? and category = 'REFUSED'");
  const sameGenuine = database.prepare(`select id from dead_letters
    where id = (select max(id) from dead_letters where customer_id = ? and category = 'GENUINE') and fingerprint = ?`);
  const categorySize = database.prepare(
    'select count(*) as count, sum(bytes) as bytes from dead_letters where category = ?',
  );
  const oldest = database.prepare('select id, bytes from dead_letters where category = ? order by id limit 1');
  const remove = database.prepare('delete from dead_letters where id = ?');
  const listed = database.prepare(
    `select ${COLUMNS} from dead_letters where category = ? and id < ? order by id desc limit ?`,
  );
  const listedAll = database.prepare(`select ${COLUMNS} from dead_letters where id < ? order by id desc limit ?`);
  const one = database.prepare(`select ${COLUMNS} from dead_letters where id = ?`);

  const keep = (deadLetter: NewDeadLetter): boolean => {
    const { category, customerId, body, hashDigest, receivedAt } = deadLetter;
    const fingerprint = deadLetterFingerprint(deadLetter);
    const same = category === 'REFUSED' ? sameRefused.get(fingerprint) : sameGenuine.get(customerId, fingerprint);
    if (same !== undefined) {
      repeat.run(receivedAt, Number(same['id']));
      return true;
    }
    const bytes = Buffer.byteLength(body);
    if (category === 'GENUINE') {
      if (Number(categorySize.get(category)?.['count']) >= limits.genuine) return false;
    } else makeRoom(bytes);
    const problems = JSON.stringify(deadLetter.problems);
    insert.run(
      category,
      deadLetter.reason,
      problems,
      customerId,
      body,
      bytes,
      hashDigest,
      fingerprint,
      receivedAt,
      receivedAt,
    );
    return true;
  };
  const makeRoom = (bytes: number): void => {
    const size = categorySize.get('REFUSED');
    let count = Number(size?.['count']);
    let free = limits.refusedBytes - Number(size?.['bytes'] ?? 0);
    while (count > 0 && (count >= limits.refused || free < bytes)) {
      const row = oldest.get('REFUSED');
      remove.run(Number(row?.['id']));
      count -= 1;
      free += Number(row?.['bytes']);
    }
  };

  return {
    keep: (batch) => transact(() => batch.map(keep)),
    list({ category, before, limit }) {
      const upTo = before ?? Number.MAX_SAFE_INTEGER;
      const rows = category === null ? listedAll.all(upTo, limit) : listed.all(category, upTo, limit);
      return (rows as unknown as DeadLetterRow[]).map(readDeadLetter);
    },
    find: (ids) =>
      [...new Set(ids)]
        .sort((a, b) => a - b)
        .flatMap((id) => (one.all(id) as unknown as DeadLetterRow[]).map(readDeadLetter)),
    discard: (ids) => transact(() => [...new Set(ids)].filter((id) => remove.run(id).changes > 0)),
    counts: () => ({
      GENUINE: Number(categorySize.get('GENUINE')?.['count']),
      REFUSED: Number(categorySize.get('REFUSED')?.['count']),
    }),
  };
}
