import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';

const BYTES = 20_000;

// In a process of its own: nobody else's garbage is counted. Collected is the young generation alone, so that what is held by
// something that lives long stays; and twice, because what has survived one collection may survive in it until the next.
const program = `
import { setTimeout as delay } from 'node:timers/promises';
import { openPostgres } from './src/journal/postgres/connection.ts';
import { ask } from './src/journal/postgres/query.ts';

const database = openPostgres(process.argv[1]);
const statement = { name: 'length', text: 'select octet_length($1::bytea) as length' };
const askOnce = async () => (await ask(database.readers, statement, [new Uint8Array(${BYTES})])).rows[0].length;
await askOnce();
gc();
const before = process.memoryUsage().arrayBuffers;
let answers = 0;
for (let asked = 0; asked < 40; asked++) if ((await askOnce()) === ${BYTES}) answers++;
for (let collected = 0; collected < 2; collected++) {
  gc({ type: 'minor' });
  await delay(50);
}
console.log(JSON.stringify({ answers, left: process.memoryUsage().arrayBuffers - before }));
await database.close();
`;

test('a query and its values are garbage as soon as it is answered', async () => {
  const flags = ['--expose-gc', '--input-type=module-typescript', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, await freshDatabase()]);
  const { answers, left } = JSON.parse(stdout) as { answers: number; left: number };
  expect(answers).toBe(40);
  expect(left / BYTES).toBeLessThan(10);
});
