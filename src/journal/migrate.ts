/** Numbered SQL migrations: each file once, in order, in a transaction of its own. */
import { migrationFiles } from './migration-files.ts';

/** One step of a schema's history. */
export interface Migration {
  /** 1, 2, 3, … */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** The migrations of one database kind, in order. Throws when the files are not numbered 1, 2, 3, … */
export function loadMigrations(kind: 'sqlite' | 'postgres'): readonly Migration[] {
  return Object.entries(migrationFiles[kind]).map(([name, sql], index) => {
    const version = Number.parseInt(name, 10);
    if (version !== index + 1) throw new Error(`Migration ${name} should have the number ${index + 1}.`);
    return { version, name, sql };
  });
}

/** The migrations that a schema at `version` lacks. Throws when the schema is newer than this release. */
export function pendingMigrations(all: readonly Migration[], version: number, journal: string): readonly Migration[] {
  if (version > all.length) {
    throw new Error(
      `The journal ${journal} has schema version ${version}, but this release of xgateway-kyc knows only ${all.length}. ` +
        'Start the release that last ran on it, or a newer one.',
    );
  }
  return all.slice(version);
}
