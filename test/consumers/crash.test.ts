/** Processes that consume are killed and stopped in the middle of it, again and again: nothing is missed, and nothing is out of order. */
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openReader } from '../../src/journal/open.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase } from '../support/postgres.ts';
import { type Running, start } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const IS_LONG = process.env['XGATEWAY_LONG'] === '1';
const KILLS = IS_LONG ? 100 : 10;
const LIMIT_MS = IS_LONG ? 900_000 : 120_000;

/** What a handler says that it has handled. */
interface Line {
  readonly pid: number;
  readonly fence: number;
  readonly customerId: string;
  readonly revision: number;
}

test('two instances on Postgres', { timeout: LIMIT_MS }, async () => crash(await freshDatabase(), 2));

test('one process on SQLite', { timeout: LIMIT_MS }, async () => {
  using folder = temporaryFolder();
  await crash(`sqlite:${folder.path}/kyc.db`, 1);
});

async function crash(databaseUrl: string, instances: number): Promise<void> {
  using folder = temporaryFolder();
  await using stack = new AsyncDisposableStack();
  // Here, because two processes that begin at once can't both do it.
  const owner = new DatabaseSync(`${folder.path}/owner.db`);
  owner.exec('pragma journal_mode = wal');
  owner.close();
  const worker = async (feeding: string): Promise<Running> => {
    const program = join(import.meta.dirname, 'crash-worker.ts');
    const running = stack.use(start([process.execPath, program, databaseUrl, folder.path, feeding], folder.path, {}));
    await running.line((line) => line === 'ready');
    return running;
  };
  const lines = (): Line[] => {
    const text = existsSync(`${folder.path}/log`) ? readFileSync(`${folder.path}/log`, 'utf8') : '';
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  };
  const workers = await Promise.all(Array.from({ length: instances }, () => worker('feed')));
  for (let kill = 0; kill < KILLS; kill++) {
    const before = lines().length;
    await eventually(() => lines().length > before + 5);
    await new Promise((resolve) => setTimeout(resolve, randomInt(100)));
    // Mostly the one that consumes.
    const active = workers.findIndex(({ pid }) => pid === lines().at(-1)?.pid);
    const index = kill % 5 === 4 ? randomInt(instances) : Math.max(0, active);
    const killed = workers[index] as Running;
    if (instances > 1 && kill % 3 === 2) {
      // It stalls for longer than its lease; then it goes on as if nothing had happened.
      process.kill(killed.pid, 'SIGSTOP');
      await eventually(() => lines().some(({ pid }, at) => at >= before && pid !== killed.pid));
      process.kill(killed.pid, 'SIGCONT');
      continue;
    }
    await killed.kill('SIGKILL');
    workers[index] = await worker('feed');
  }
  await Promise.all(workers.map((one) => one.kill('SIGKILL')));
  await worker('');
  await expectAllHandled(databaseUrl, `${folder.path}/owner.db`, lines);
}

async function expectAllHandled(databaseUrl: string, ownerPath: string, lines: () => readonly Line[]): Promise<void> {
  const journal = await openReader(databaseUrl);
  const expected = new Map<string, number>();
  for (const { latest } of await journal.customers({ statuses: null, changedAfter: 0, before: null, limit: 100 })) {
    expected.set(latest.customerId, latest.revision);
  }
  await journal.close();
  const total = [...expected.values()].reduce((sum, revision) => sum + revision, 0);
  const owner = new DatabaseSync(ownerPath, { readOnly: true });
  await expect.poll(() => new Set(lines().map(nameOf)).size, { timeout: 60_000 }).toBe(total);
  // Each once: its key would not take it twice.
  await expect.poll(() => owner.prepare('select count(*) as count from handled').get()).toEqual({ count: total });
  owner.close();
  expectInOrder(lines());
}

/** Each customer's revisions in order: at their first time, and again in each lease that repeats some. */
function expectInOrder(lines: readonly Line[]): void {
  const handled = new Map<string, number>();
  const ofLease = new Map<string, number>();
  for (const line of lines) {
    const { customerId, revision, fence } = line;
    const reached = handled.get(customerId) ?? 0;
    expect(revision, JSON.stringify(line)).toBeLessThanOrEqual(reached + 1);
    handled.set(customerId, Math.max(reached, revision));
    const key = `${fence} ${customerId}`;
    const last = ofLease.get(key);
    if (last !== undefined) expect(revision, JSON.stringify(line)).toBe(last + 1);
    ofLease.set(key, revision);
  }
}

function nameOf({ customerId, revision }: Line): string {
  return `${customerId} ${revision}`;
}
