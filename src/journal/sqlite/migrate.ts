/** Bringing the schema of an SQLite journal up to date. */
import type { DatabaseSync } from 'node:sqlite';
import { ATTENTION_MIGRATION, type BackfillRow, backfilled, backfillRows } from '../attention-backfill.ts';
import type { EntryRow } from '../entry.ts';
import { createIdentity, IDENTITY_DIGEST, identityDigest, writesIdentityDigest } from '../identity.ts';
import { loadMigrations, pendingMigrations } from '../migrate.ts';
import { BACKFILL_BATCH, STANDING_MIGRATION, standingColumns } from '../standing-backfill.ts';
import { saveCounts } from './append.ts';
import { prepareWriting } from './statements.ts';

/** Applies the migrations that the schema lacks. Throws when the schema is newer than this release. */
export function migrate(database: DatabaseSync, path: string): void {
  for (const migration of pendingMigrations(loadMigrations('sqlite'), schemaVersion(database), path)) {
    const { version, name, sql } = migration;
    database.exec('begin immediate');
    try {
      database.exec(sql);
      if (name.endsWith(STANDING_MIGRATION)) backfillStandings(database);
      if (name.endsWith(ATTENTION_MIGRATION)) backfillAttention(database);
      const insert = 'insert into journal_facts (name, value) values (?, ?)';
      if (version === 1) for (const fact of createIdentity()) database.prepare(insert).run(...fact);
      if (writesIdentityDigest(migration)) {
        const facts = database.prepare('select name, value from journal_facts').all();
        database.prepare(insert).run(IDENTITY_DIGEST, identityDigest(facts));
      }
      database.exec(`pragma user_version = ${version}; commit`);
    } catch (error) {
      // After some errors SQLite has already rolled back.
      if (database.isTransaction) database.exec('rollback');
      throw error;
    }
  }
}

function backfillStandings(database: DatabaseSync): void {
  const read = database.prepare(
    `select e.position, e.content, e.digest from customers c join entries e using (position)
      where c.position > ? order by c.position limit ?`,
  );
  const update = database.prepare('update customers set standing = ?, changed_at = ? where position = ?');
  for (let reached = 0; ; ) {
    const rows = read.all(reached, BACKFILL_BATCH) as unknown as EntryRow[];
    for (const row of rows) {
      const [position, standing, changedAt] = standingColumns(row);
      update.run(standing, changedAt, position);
      reached = position;
    }
    if (rows.length < BACKFILL_BATCH) return;
  }
}

function backfillAttention(database: DatabaseSync): void {
  const read = database.prepare(backfillRows('?', '?'));
  const write = prepareWriting(database);
  const insert = database.prepare(
    'insert into attention_items (position, customer_id, flags, is_open, acknowledgement) values (?, ?, ?, ?, null)',
  );
  for (let reached = 0; ; ) {
    const rows = read.all(reached, BACKFILL_BATCH) as unknown as BackfillRow[];
    const { flags, counts } = backfilled(rows);
    for (const row of flags) insert.run(row.position, row.customerId, row.flags, row.isOpen ? 1 : 0);
    saveCounts(write, counts);
    reached = rows.at(-1)?.position ?? reached;
    if (rows.length < BACKFILL_BATCH) return;
  }
}

/** The version of a schema; 0: there is none. */
export function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.['user_version'] ?? 0);
}
