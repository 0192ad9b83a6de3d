/** The packages of this folder, which the root does not install. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const requireHere = createRequire(import.meta.url);

/** A package's exports, as CommonJS has them. */
// biome-ignore lint/suspicious/noExplicitAny: its types are not installed where the compiler looks
export const installedModule = (name: string): any => requireHere(name);

/** The path of one of its files. */
export const installedPath = (...path: string[]): string => join(import.meta.dirname, 'node_modules', ...path);
