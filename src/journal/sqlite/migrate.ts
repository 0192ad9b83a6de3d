/** Bringing the schema of an SQLite journal up to date. */
import type { DatabaseSync } from 'node:sqlite';
import { createIdentity } from '../identity.ts';
import { loadMigrations, pendingMigrations } from '../migrate.ts';

/** Applies the migrations that the schema lacks. Throws when the schema is newer than this release. */
export function migrate(database: DatabaseSync, path: string): void {
  for (const { version, sql } of pendingMigrations(loadMigrations('sqlite'), schemaVersion(database), path)) {
    database.exec('begin immediate');
    try {
      database.exec(sql);
      if (version === 1) {
        const insert = database.prepare('insert into journal_facts (name, value) values (?, ?)');
        for (const fact of createIdentity()) insert.run(...fact);
      }
      database.exec(`pragma user_version = ${version}; commit`);
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  }
}

/** The version of a schema; 0: there is none. */
export function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.['user_version'] ?? 0);
}
