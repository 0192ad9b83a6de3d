/** Packages that only tests of other people's clients need: `npm ci --prefix tools/ci` installs them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '..', 'tools', 'ci');
const requireFromCi = createRequire(join(FOLDER, 'package.json'));

/** Whether a package is installed there. */
export const hasCiModule = (name: string): boolean => existsSync(join(FOLDER, 'node_modules', name));

/** A package's exports, as CommonJS has them. */
// biome-ignore lint/suspicious/noExplicitAny: its types are not installed where the compiler looks
export const ciModule = (name: string): any => requireFromCi(name);

/** The path of one of its files. */
export const ciPath = (...path: string[]): string => join(FOLDER, 'node_modules', ...path);
