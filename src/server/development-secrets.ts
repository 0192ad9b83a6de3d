/** Secrets for development: made once, kept beside the database in a file that only its owner can read. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const secrets = z.object({ callbackSecret: z.string().min(1), jwtSecret: z.string().min(32) });

/** What stands in for `XGATEWAY_SECRET_KEY` and `JWT_SECRET` while neither is set. */
export type DevelopmentSecrets = z.output<typeof secrets>;

/** Reads the secrets in `folder`, or makes them. Throws when the file is there but not what we wrote. */
export function developmentSecrets(folder: string): DevelopmentSecrets {
  const path = join(folder, 'development-secrets.json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = { callbackSecret: randomBytes(32).toString('hex'), jwtSecret: randomBytes(32).toString('hex') };
  try {
    // `wx`: of two processes that start at once, one makes them and the other reads.
    writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
    return made;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  try {
    return secrets.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${path} does not hold development secrets. Delete it, and they are made anew.`, { cause });
  }
}
