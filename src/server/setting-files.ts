/** Settings in files, as containers mount secrets: `XGATEWAY_SECRET_KEY_FILE=/run/secrets/xgateway` instead of the value itself. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { FILE_SETTINGS } from './environment.ts';

/** The largest file that is read, in bytes. */
export const MAX_SETTING_FILE_BYTES = 16 * 1024;

type FileSetting = (typeof FILE_SETTINGS)[number];

/** The environment with what the files hold. */
export interface FileSettings {
  readonly env: NodeJS.ProcessEnv;
  /** The path of each file that was named, by the setting that it holds. */
  readonly files: ReadonlyMap<FileSetting, string>;
  /** A line for each file that can't be used. No content is repeated. */
  readonly problems: readonly string[];
}

/** The name of the variable that holds the path of a setting's file. */
export function fileVariable(name: FileSetting): `${FileSetting}_FILE` {
  return `${name}_FILE`;
}

/** Reads the file of every `<name>_FILE` in `env` that is not empty. Never throws. */
export function readSettingFiles(env: NodeJS.ProcessEnv): FileSettings {
  const read: NodeJS.ProcessEnv = { ...env };
  const files = new Map<FileSetting, string>();
  const problems: string[] = [];
  for (const name of FILE_SETTINGS) {
    const variable = fileVariable(name);
    const path = env[variable];
    delete read[variable];
    if (path === undefined || path === '') continue;
    files.set(name, path);
    if (env[name] !== undefined && env[name] !== '') {
      problems.push(`${name} and ${variable} are both set. Remove one of them.`);
      continue;
    }
    try {
      read[name] = readSettingFile(path);
    } catch (error) {
      problems.push(`${variable}: ${(error as Error).message}`);
    }
  }
  return { env: read, files, problems };
}

/**
 * The journal's URL for a command that needs no other setting: `DATABASE_URL`, or what the file `DATABASE_URL_FILE` holds. Undefined when
 * neither is set. Throws when the file can't be used.
 */
export function databaseUrlFrom(env: NodeJS.ProcessEnv): string | undefined {
  const { DATABASE_URL, DATABASE_URL_FILE } = env;
  const { env: read, problems } = readSettingFiles({ DATABASE_URL, DATABASE_URL_FILE });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return read['DATABASE_URL'] || undefined;
}

/** The text of a file without the line break at its end. Throws, naming the file and the next step, when it can't be used. */
export function readSettingFile(path: string): string {
  const bytes = readBounded(path);
  if (bytes.length > MAX_SETTING_FILE_BYTES) {
    throw new Error(
      `${path} is larger than ${MAX_SETTING_FILE_BYTES} bytes. Name a file that holds the value and nothing else.`,
    );
  }
  const text = decode(path, bytes).replace(/\r?\n$/, '');
  if (text === '') throw new Error(`${path} is empty. Write the value into it.`);
  return text;
}

/** At most one byte more than may be used. */
function readBounded(path: string): Buffer {
  let file: number | undefined;
  try {
    // Opening a pipe would wait for its writer, and it could not be read again later.
    if (!statSync(path).isFile()) throw new Error('not a file');
    file = openSync(path, 'r');
    const buffer = Buffer.alloc(Math.min(fstatSync(file).size, MAX_SETTING_FILE_BYTES) + 1);
    return buffer.subarray(0, readSync(file, buffer));
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : (cause as Error).message;
    throw new Error(`Cannot read ${path} (${reason}). Name a file that this user can read.`, { cause });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Named below.
  }
  throw new Error(`${path} is not UTF-8 text. Save the value as text.`);
}
