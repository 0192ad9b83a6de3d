/** A folder of backups, one per run: each is named by time and checked before it counts, and the oldest are removed. */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { verifyChain } from '../audit/verify-chain.ts';
import { openReader } from '../journal/open.ts';
import { UnfinishedFiles } from '../journal/sqlite/unfinished-files.ts';

/** Matches the names of our backups, which sort by time, and no other files. */
const NAME = /^kyc-\d{8}T\d{9}Z\.db$/;
/** Files left behind by a killed run. */
const LEFTOVER = /^kyc-\d{8}T\d{9}Z\.db\.unverified(?:\.partial)?$/;
/** A backup that is still being written is newer than this. */
const LEFTOVER_MS = 24 * 60 * 60 * 1_000;

/** How a backup is kept. */
export interface KeepOptions {
  /** The folder, which exists. */
  readonly folder: string;
  /** How many backups stay, the new one included; undefined: all. */
  readonly keep: number | undefined;
  /** Whether every digest of the copy is checked. */
  readonly verify: boolean;
}

/** The result of a run. */
export interface KeptBackup {
  readonly file: string;
  /** The position of the last entry in it. */
  readonly position: number;
  /** The names of the backups that were removed. */
  readonly removed: readonly string[];
}

/**
 * Has `copy` write the journal into the folder; it resolves to the position of its last entry. The file has its name only when it is whole, synced and, with `verify`, checked;
 * only then are older ones removed. Rejects with the failed check, and leaves the older backups alone.
 */
export async function backUpInto(
  copy: (to: string) => Promise<number>,
  { folder, keep, verify }: KeepOptions,
): Promise<KeptBackup> {
  const name = `kyc-${new Date().toISOString().replace(/[-:.]/g, '')}.db`;
  const file = join(folder, name);
  const unverified = `${file}.unverified`;
  using unfinished = new UnfinishedFiles(unverified);
  const position = await copy(unverified);
  try {
    if (verify) await check(unverified);
    renameSync(unverified, file);
  } catch (error) {
    unfinished.remove();
    throw error;
  }
  syncFolder(folder);
  return { file, position, removed: keep === undefined ? [] : prune(folder, name, keep) };
}

async function check(file: string): Promise<void> {
  const copy = await openReader(`sqlite:${file}`);
  try {
    const verification = await verifyChain(copy, () => {});
    if (verification.state !== 'broken') return;
    const { position, reason } = verification;
    const where = position === null ? 'The journal' : `Entry ${position}`;
    throw new Error(
      `${where} failed verification: ${reason}. The backup was removed, and the older ones were kept. Run xgateway-kyc verify.`,
    );
  } finally {
    await copy.close();
  }
}

/** Removes the oldest backups beyond `keep`, and what killed runs left. The new one stays even if the clock was set back. */
function prune(folder: string, made: string, keep: number): string[] {
  const names = readdirSync(folder);
  const older = names.filter((name) => NAME.test(name) && name !== made).sort();
  const removed = older.slice(0, Math.max(0, older.length - (keep - 1)));
  const leftovers = names.filter(
    (name) => LEFTOVER.test(name) && Date.now() - statSync(join(folder, name)).mtimeMs > LEFTOVER_MS,
  );
  for (const name of [...removed, ...leftovers]) rmSync(join(folder, name), { force: true });
  return removed;
}

/** So that the new name survives a power failure. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
