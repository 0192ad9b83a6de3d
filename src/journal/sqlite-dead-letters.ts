/** The dead-letter store in the journal's SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type DeadLetters,
  LETTER_LIMITS,
  type LetterLimits,
  type LetterRow,
  letterFingerprint,
  type NewLetter,
  readLetter,
} from './dead-letters.ts';
import type { Transact } from './sqlite-file.ts';

const COLUMNS = 'id, shelf, reason, problems, customer_id, body, hash_digest, first_seen_at, last_seen_at, count';

/** The store on a journal's connection, whose transactions are `transact`. */
export function sqliteDeadLetters(
  database: DatabaseSync,
  transact: Transact,
  limits: LetterLimits = LETTER_LIMITS,
): DeadLetters {
  const insert = database.prepare(`insert into dead_letters
    (shelf, reason, problems, customer_id, body, bytes, hash_digest, fingerprint, first_seen_at, last_seen_at, count)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`);
  const repeat = database.prepare('update dead_letters set last_seen_at = ?, count = count + 1 where id = ?');
  const sameRefused = database.prepare("select id from dead_letters where fingerprint = ? and shelf = 'REFUSED'");
  const sameGenuine = database.prepare(`select id from dead_letters
    where id = (select max(id) from dead_letters where customer_id = ? and shelf = 'GENUINE') and fingerprint = ?`);
  const shelfSize = database.prepare('select count(*) as count, sum(bytes) as bytes from dead_letters where shelf = ?');
  const oldest = database.prepare('select id, bytes from dead_letters where shelf = ? order by id limit 1');
  const remove = database.prepare('delete from dead_letters where id = ?');
  const listed = database.prepare(
    `select ${COLUMNS} from dead_letters where shelf = ? and id < ? order by id desc limit ?`,
  );
  const listedAll = database.prepare(`select ${COLUMNS} from dead_letters where id < ? order by id desc limit ?`);
  const one = database.prepare(`select ${COLUMNS} from dead_letters where id = ?`);

  const keep = (letter: NewLetter): boolean => {
    const { shelf, customerId, body, hashDigest, receivedAt } = letter;
    const fingerprint = letterFingerprint(letter);
    const same = shelf === 'REFUSED' ? sameRefused.get(fingerprint) : sameGenuine.get(customerId, fingerprint);
    if (same !== undefined) {
      repeat.run(receivedAt, Number(same['id']));
      return true;
    }
    const bytes = Buffer.byteLength(body);
    if (shelf === 'GENUINE') {
      if (Number(shelfSize.get(shelf)?.['count']) >= limits.genuine) return false;
    } else makeRoom(bytes);
    const problems = JSON.stringify(letter.problems);
    insert.run(
      shelf,
      letter.reason,
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
    const size = shelfSize.get('REFUSED');
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
    list({ shelf, before, limit }) {
      const upTo = before ?? Number.MAX_SAFE_INTEGER;
      const rows = shelf === null ? listedAll.all(upTo, limit) : listed.all(shelf, upTo, limit);
      return (rows as unknown as LetterRow[]).map(readLetter);
    },
    find: (ids) =>
      [...new Set(ids)].sort((a, b) => a - b).flatMap((id) => (one.all(id) as unknown as LetterRow[]).map(readLetter)),
    discard: (ids) => transact(() => [...new Set(ids)].filter((id) => remove.run(id).changes > 0)),
    counts: () => ({
      GENUINE: Number(shelfSize.get('GENUINE')?.['count']),
      REFUSED: Number(shelfSize.get('REFUSED')?.['count']),
    }),
  };
}
