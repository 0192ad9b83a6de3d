/** Transactions on the Postgres journal: with the lock that all instances share, or without. */
import type { Pool, PoolClient } from 'pg';
import { KycError } from '../../errors.ts';
import { ask, checkedOut } from './query.ts';
import { WRITE } from './statements.ts';

/** Begins, and waits for the lock. Statements sent after it see everything that was committed before. */
export function beginLocked(client: PoolClient): Promise<unknown> {
  return Promise.all([begin(client), ask(client, WRITE.lock)]);
}

/** Runs work in a transaction of its own, while no other instance changes the journal. Resolves once it is durable. */
export function locked<Result>(writers: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  return transact(writers, beginLocked, work);
}

/** Runs work in a transaction of its own, concurrent with those that change the journal. Resolves once it is durable. */
export function unlocked<Result>(writers: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  return transact(writers, begin, work);
}

function begin(client: PoolClient): Promise<unknown> {
  return Promise.all([ask(client, WRITE.begin), ask(client, WRITE.durable)]);
}

function transact<Result>(
  writers: Pool,
  begins: (client: PoolClient) => Promise<unknown>,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  return checkedOut(writers, async (client) => {
    await begins(client);
    const result = await work(client);
    const { command } = await ask(client, WRITE.commit);
    if (command === 'COMMIT') return result;
    throw new KycError('JOURNAL_UNAVAILABLE', 'The journal did not take a change. Try again.');
  });
}
