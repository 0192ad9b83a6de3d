/** The files of schema/, by name. The build replaces this module with one that holds their text (scripts/text-modules.ts). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '..', 'schema');

/** The text of each SDL file, ordered by file name. */
export const sdlFiles: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);
