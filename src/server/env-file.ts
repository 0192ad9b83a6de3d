/** The file `.env`: settings for the command line that the environment doesn't have. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** The result of reading the file. */
export interface EnvFile {
  /** A warning for its owner; usually null. */
  readonly note: string | null;
}

/**
 * Adds the variables in the file at `path` to `env`; those that are set already win. Does nothing without a file. Throws, naming the
 * file and the next step, when there is one that can't be read.
 */
export function loadEnvFile(path: string, env: NodeJS.ProcessEnv): EnvFile {
  const bytes = read(path);
  if (bytes === null) return { note: null };
  const { text, note } = decode(path, bytes);
  for (const [name, value] of Object.entries(parseEnv(text))) env[name] ??= value;
  return { note };
}

function read(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : String(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const advice =
      code === 'EISDIR'
        ? 'It is a folder: replace it by a file, or remove it.'
        : 'Make it readable for this user, or remove it.';
    throw new Error(`Cannot read ${path} (${code}). ${advice}`, { cause });
  }
}

/** Editors on Windows write a byte order mark, or UTF-16: unread, the mark would become a part of the first name. */
function decode(path: string, bytes: Buffer): { text: string; note: string | null } {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    const hasMark = encoding !== 'utf-8' || bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (text.includes('\0')) throw new TypeError('NUL');
    const format = encoding === 'utf-8' ? 'UTF-8' : 'UTF-16';
    return { text, note: hasMark ? `${path} begins with a byte order mark; read it as ${format}.` : null };
  } catch (cause) {
    throw new Error(`Cannot read ${path}: it is not UTF-8 text. Save it as UTF-8.`, { cause });
  }
}
