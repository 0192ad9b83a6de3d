import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ask, openPostgres } from '../../src/journal/postgres-database.ts';
import { freshDatabase } from '../support/postgres.ts';

test('what was asked with is garbage as soon as it is answered', async () => {
  const database = openPostgres(await freshDatabase());
  const statement = { name: 'length', text: 'select octet_length($1::bytea) as length' };
  const bytes = 20_000;
  const askOnce = async () => {
    const { rows } = await ask(database.readers, statement, [Buffer.alloc(bytes)]);
    expect(rows).toEqual([{ length: bytes }]);
  };
  await askOnce();
  const collect = youngCollection();
  collect();
  const before = process.memoryUsage().arrayBuffers;
  for (let asked = 0; asked < 40; asked++) await askOnce();
  // Twice, because what has survived one collection of the young generation may survive in it until the next.
  await expect
    .poll(() => {
      collect();
      return (process.memoryUsage().arrayBuffers - before) / bytes;
    })
    .toBeLessThan(10);
  await database.close();
});

/** A collection of the young generation alone: what lives long, or is held by what does, stays. */
function youngCollection(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  return () => collect({ type: 'minor' });
}
