/** Bringing the schema of an SQLite journal up to date. */
import type { DatabaseSync } from 'node:sqlite';
import type { EntryRow } from '../entry.ts';
import { createIdentity, IDENTITY_DIGEST, identityDigest, writesIdentityDigest } from '../identity.ts';
import { loadMigrations, pendingMigrations } from '../migrate.ts';
import { BACKFILL_BATCH, STANDING_MIGRATION, standingColumns } from '../standing-backfill.ts';

/** Applies the migrations that the schema lacks. Throws when the schema is newer than this release. */
export function migrate(database: DatabaseSync, path: string): void {
  for (const migration of pendingMigrations(loadMigrations('sqlite'), schemaVersion(database), path)) {
    const { version, name, sql } = migration;
    database.exec('begin immediate');
    try {
      database.exec(sql);
      if (name.endsWith(STANDING_MIGRATION)) backfillStandings(database);
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

/** The version of a schema; 0: there is none. */
export function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.['user_version'] ?? 0);
}
