/**
 * Hot reload in development: a bundler or a watcher (Next, Vite) loads the application's modules anew in the same process, and the new
 * copy makes a second gateway on the same SQLite file while the first still runs. The second takes over: the first is stopped, which
 * finishes its commits and tells its clients to reconnect, and then the file is free. Other processes are refused as ever, and in
 * production so is a second gateway in this one.
 */
import type { Logger } from 'pino';
import { parseDatabaseUrl } from '../journal/open.ts';
import { realPath } from '../journal/sqlite/location.ts';

/** How long the first may take to stop, in milliseconds. */
const STOP_MS = 10_000;

interface Holder {
  /** Resolves when the journal is closed. */
  readonly stop: () => Promise<void>;
}

/** By the real path of the file. On the global object: a reloaded module is another one, in the same process. */
const HOLDERS = Symbol.for('xgateway-kyc.development-gateways');
type WithHolders = typeof globalThis & { [HOLDERS]?: Map<string, Holder> };

function holders(): Map<string, Holder> {
  const global = globalThis as WithHolders;
  global[HOLDERS] ??= new Map();
  return global[HOLDERS];
}

/** The place of one gateway on a file. */
export interface Claim extends Disposable {
  /** Registers how to stop the gateway, once it is made. Until then a gateway that takes over waits. */
  made(stop: () => Promise<void>): void;
}

/**
 * Stops the gateway of this process that serves the journal at `databaseUrl`, if there is one, and takes its place. Null where that is
 * not done: in production, and for other journals than SQLite files. Dispose of it when the journal is closed.
 */
export async function takeOver(databaseUrl: string, log: Pick<Logger, 'info'>): Promise<Claim | null> {
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind !== 'sqlite' || process.env['NODE_ENV'] === 'production') return null;
  const path = realPath(database.path);
  const made = Promise.withResolvers<() => Promise<void>>();
  const closed = Promise.withResolvers<void>();
  const before = holders().get(path);
  const holder: Holder = {
    async stop() {
      const stop = await made.promise;
      await Promise.all([stop(), closed.promise]);
    },
  };
  // Before anything is awaited, so that a third gateway waits for us and not for the first.
  holders().set(path, holder);
  if (before !== undefined) {
    await within(STOP_MS, before.stop());
    log.info({ journal: path }, 'A second gateway of this process took over the journal: the first was stopped');
  }
  return {
    made: made.resolve,
    [Symbol.dispose]() {
      made.resolve(async () => {});
      closed.resolve();
      if (holders().get(path) === holder) holders().delete(path);
    },
  };
}

/** Continues after a while in any case: opening the journal then says who holds it. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, work.catch(() => {})]).finally(() => clearTimeout(timer));
}
