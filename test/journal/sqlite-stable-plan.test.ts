/** A unary plus before the parameters changes no plan and no value. */
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJournal } from '../../src/journal/open.ts';
import { withStablePlan } from '../../src/journal/sqlite/stable-plan.ts';
import { READING } from '../../src/journal/sqlite/statements.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
let database: DatabaseSync;
beforeAll(async () => {
  await (await openJournal(`sqlite:${folder.path}/kyc.db`, { log: createLog('silent') })).close();
  database = new DatabaseSync(`${folder.path}/kyc.db`, { readOnly: true });
});
afterAll(() => {
  database.close();
  folder[Symbol.dispose]();
});

const planOf = (sql: string) =>
  database
    .prepare(`explain query plan ${sql}`)
    .all()
    .map(({ detail }) => detail);

test.each(Object.entries(READING))('the plan of %s is the same', (_name, sql) => {
  const stable = withStablePlan(sql);
  expect(stable).not.toMatch(/(?<!\+)\?/);
  expect(planOf(stable)).toEqual(planOf(sql));
});

test.each(['a text', 7, 0.5, null, new Uint8Array([1, 2])])('%j comes back as it was', (value) => {
  const select = 'select typeof(?1) as type, ?1 as value';
  const [plain, stable] = [select, withStablePlan(select)].map((sql) => database.prepare(sql).get(value));
  expect(stable).toEqual(plain);
});
