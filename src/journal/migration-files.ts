/** The SQL files of both stores, by name. The build replaces this module with one that contains their text (scripts/text-modules.ts). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of each migration, ordered by file name. */
export const migrationFiles: Readonly<Record<'sqlite' | 'postgres', Readonly<Record<string, string>>>> = {
  sqlite: read('sqlite'),
  postgres: read('postgres'),
};

function read(kind: 'sqlite' | 'postgres'): Readonly<Record<string, string>> {
  const folder = join(import.meta.dirname, kind, 'migrations');
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
