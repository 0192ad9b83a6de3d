/** Secrets in files are read again on SIGHUP, and when a file has changed: a rotation needs no restart. */
import { hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import { isSameDatabase } from '../journal/credentials.ts';
import { checkAccess } from '../journal/open.ts';
import type { ServerSecrets } from './app.ts';
import { FileWatch } from './file-watch.ts';
import { MAX_SETTING_FILE_BYTES, readSettingFiles } from './setting-files.ts';
import { readSettings, type Settings, SettingsError } from './settings.ts';

/** What re-reading needs. */
export interface SecretReloadOptions {
  /** What the settings in use were read from. */
  readonly env: NodeJS.ProcessEnv;
  readonly settings: Settings;
  readonly log: Logger;
  /** Replaces the secrets. Throws when they can't be used; then nothing is replaced. */
  readonly rotate: (secrets: ServerSecrets) => void;
  /** Called after each attempt, with whether the secrets in the files are those in use. */
  readonly onReload?: (areInUse: boolean) => void;
  readonly pollMs?: number;
}

/** Re-reads the secrets until it is disposed. */
export class SecretReload implements Disposable {
  readonly #options: SecretReloadOptions;
  readonly #paths: readonly string[];
  #inUse: Settings;
  readonly #watch: FileWatch | null;
  /** Attempts, one after the other. */
  #running: Promise<void> = Promise.resolve();
  /** The last problem in the log, so that an attempt repeated each second logs one line. */
  #problem: string | null = null;

  constructor(options: SecretReloadOptions) {
    this.#options = options;
    this.#inUse = options.settings;
    this.#paths = [...readSettingFiles(options.env).files.values()];
    const identity = async () => (await Promise.all(this.#paths.map(fingerprint))).join();
    const changed = () => this.#reload();
    this.#watch = this.#paths.length > 0 ? new FileWatch({ identity, changed, pollMs: options.pollMs }) : null;
  }

  /** Reads the files now. What can't be used is logged, and the secrets in use stay. Resolves when it is done; never rejects. */
  reload(): Promise<void> {
    this.#problem = null;
    return this.#reload();
  }

  #reload(): Promise<void> {
    this.#running = this.#running.then(() => this.#read());
    return this.#running;
  }

  async #read(): Promise<void> {
    const { log, onReload } = this.#options;
    if (this.#paths.length === 0) {
      log.info('No secret is in a file (<name>_FILE): nothing to read again');
      return;
    }
    try {
      const read = readSettings(this.#options.env);
      await this.#checkDatabase(read);
      this.#replaceWith(read);
      this.#problem = null;
      onReload?.(true);
    } catch (error) {
      const problems = error instanceof SettingsError ? error.problems : [messageOf(error)];
      if (this.#problem !== problems.join())
        log.error({ problems }, 'The secrets in the files cannot be used; those in use stay. Correct the files');
      this.#problem = problems.join();
      onReload?.(false);
    }
  }

  /** A user and a password are taken once the database accepts them. Until then those in use stay, and the next look tries again. */
  async #checkDatabase({ databaseUrl }: Settings): Promise<void> {
    const before = this.#inUse.databaseUrl;
    if (databaseUrl === before || !isSameDatabase(databaseUrl, before)) return;
    try {
      await checkAccess(databaseUrl);
    } catch (error) {
      this.#watch?.tryAgain();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
  }

  #replaceWith(read: Settings): void {
    const { log, rotate } = this.#options;
    const before = secretsOf(this.#inUse);
    const now = secretsOf(read);
    const changed = Object.keys(now).filter((name) => now[name] !== before[name]);
    const fixed = changed.filter(
      (name) =>
        (name === 'DATABASE_URL' && !isSameDatabase(read.databaseUrl, this.#inUse.databaseUrl)) ||
        (name === 'XGATEWAY_API_KEY' && before['XGATEWAY_API_KEY'] === undefined) ||
        name === 'OIDC_CLIENT_SECRET',
    );
    if (fixed.length > 0)
      log.warn({ changed: fixed }, 'A setting in a file has changed that is read at start. Restart to use it');
    const { key } = read.access;
    const isChanged = (...names: string[]) => names.some((name) => changed.includes(name) && !fixed.includes(name));
    rotate({
      ...(isChanged('XGATEWAY_SECRET_KEY', 'XGATEWAY_SECRET_KEY_PREVIOUS') && { callbacks: read.secrets }),
      ...(isChanged('JWT_SECRET', 'JWT_SECRET_PREVIOUS') && 'secret' in key && { tokens: key }),
      ...(isChanged('SESSION_SECRET', 'SESSION_SECRET_PREVIOUS') && { sessions: read.signIn?.secrets }),
      ...(isChanged('XGATEWAY_API_KEY') && { apiKey: read.xgatewayApi?.key }),
      ...(isChanged('DATABASE_URL') && { databaseUrl: read.databaseUrl }),
    });
    this.#inUse = read;
    const replaced = changed.filter((name) => !fixed.includes(name));
    if (replaced.length > 0) log.info({ changed: replaced }, 'Secrets were read again and replaced');
  }
}

function secretsOf({
  secrets,
  access: { key },
  xgatewayApi,
  databaseUrl,
  signIn,
}: Settings): Record<string, string | undefined> {
  return {
    XGATEWAY_SECRET_KEY: secrets.current,
    XGATEWAY_SECRET_KEY_PREVIOUS: secrets.previous,
    JWT_SECRET: 'secret' in key ? key.secret : undefined,
    JWT_SECRET_PREVIOUS: 'secret' in key ? key.previous : undefined,
    XGATEWAY_API_KEY: xgatewayApi?.key,
    DATABASE_URL: databaseUrl,
    OIDC_CLIENT_SECRET: signIn?.clientSecret,
    SESSION_SECRET: signIn?.secrets.current,
    SESSION_SECRET_PREVIOUS: signIn?.secrets.previous,
  };
}

/** A digest of what a file holds, or why it can't be read. The path is followed anew each time: Kubernetes swaps symbolic links. */
async function fingerprint(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const buffer = Buffer.alloc(MAX_SETTING_FILE_BYTES + 1);
    const { bytesRead } = await file.read(buffer);
    return hash('sha256', buffer.subarray(0, bytesRead), 'hex');
  } catch (error) {
    return messageOf(error);
  }
}
