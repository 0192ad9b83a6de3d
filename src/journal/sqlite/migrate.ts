/** Bringing the schema of an SQLite journal up to date. */
import type { DatabaseSync } from 'node:sqlite';
import { createIdentity, IDENTITY_DIGEST, identityDigest, writesIdentityDigest } from '../identity.ts';
import { loadMigrations, pendingMigrations } from '../migrate.ts';

/** Applies the migrations that the schema lacks. Throws when the schema is newer than this release. */
export function migrate(database: DatabaseSync, path: string): void {
  for (const migration of pendingMigrations(loadMigrations('sqlite'), schemaVersion(database), path)) {
    const { version, sql } = migration;
    database.exec('begin immediate');
    try {
      database.exec(sql);
      const insert = 'insert into journal_facts (name, value) values (?, ?)';
      if (version === 1) for (const fact of createIdentity()) database.prepare(insert).run(...fact);
      if (writesIdentityDigest(migration)) {
        const facts = database.prepare('select name, value from journal_facts').all();
        database.prepare(insert).run(IDENTITY_DIGEST, identityDigest(facts));
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
