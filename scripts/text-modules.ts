/** What the sources read from files while they run, as JavaScript modules for the build: the SDL and the SQL migrations. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A module of the build that takes the place of the one compiled from src/. */
export interface TextModule {
  /** Relative to dist/. */
  readonly module: string;
  readonly code: string;
}

/** The modules, from the files below `root`. Each exports the names that its source exports. */
export function textModules(root: string): readonly TextModule[] {
  return [
    { module: 'graphql/sdl.js', code: exportOf('sdlFiles', files(root, 'schema/*.graphql')) },
    {
      module: 'journal/migration-files.js',
      code: exportOf('migrationFiles', {
        sqlite: files(root, 'src/journal/sqlite/migrations/*.sql'),
        postgres: files(root, 'src/journal/postgres/migrations/*.sql'),
      }),
    },
  ];
}

function files(root: string, pattern: string): Record<string, string> {
  const paths = globSync(pattern, { cwd: root }).sort();
  if (paths.length === 0) throw new Error(`The build found no file for ${pattern}.`);
  return Object.fromEntries(paths.map((path) => [basename(path), readFileSync(join(root, path), 'utf8')]));
}

function exportOf(name: string, value: unknown): string {
  return `export const ${name} = ${JSON.stringify(value, null, 1)};\n`;
}
