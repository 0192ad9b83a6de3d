/** Secrets for development: made once, and kept beside the database in a file that only its owner can read. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { writeAdvice } from '../text/write-advice.ts';

const secrets = z.object({ callbackSecret: z.string().min(1), jwtSecret: z.string().min(32) });

/** The secrets, and where they are kept. */
export interface DevelopmentSecretsFile {
  /** What stands in for `XGATEWAY_SECRET_KEY` and `JWT_SECRET` while neither is set. */
  readonly secrets: z.output<typeof secrets>;
  /** The absolute path of the file. */
  readonly path: string;
  /** Whether this call made them. */
  readonly isNew: boolean;
}

/** Reads the secrets in `folder`, or makes them and, if `keeps`, writes them there. Throws when the file exists and holds something else. */
export function developmentSecrets(folder: string, keeps = true): DevelopmentSecretsFile {
  const path = resolve(folder, 'development-secrets.json');
  const made = { callbackSecret: randomBytes(32).toString('hex'), jwtSecret: randomBytes(32).toString('hex') };
  const known = (): DevelopmentSecretsFile => ({ secrets: readSecrets(path), path, isNew: false });
  if (!keeps) return existsSync(path) ? known() : { secrets: made, path, isNew: true };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // `wx`: of two processes that start at once, one makes them and the other reads.
    writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
    return { secrets: made, path, isNew: true };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : String(cause);
    if (code === 'EEXIST') return known();
    // A full disk leaves an empty file.
    rmSync(path, { force: true });
    const advice = `${writeAdvice(String(code))} Or set XGATEWAY_SECRET_KEY and JWT_SECRET.`;
    throw new Error(`Cannot write development secrets to ${path} (${code}). ${advice}`, { cause });
  }
}

function readSecrets(path: string): z.output<typeof secrets> {
  try {
    return secrets.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const advice = 'Check that this user can read it, or delete it to make new ones.';
    throw new Error(`${path} holds no development secrets. ${advice}`, { cause });
  }
}
