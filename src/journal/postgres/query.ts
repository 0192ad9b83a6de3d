/** Queries with a deadline, on a pool or on one connection. */
import { type Client, type ClientBase, Pool, type PoolClient, Query, type QueryResult, type QueryResultRow } from 'pg';
import { asJournalError, condemnsEveryConnection, NoAnswer } from './errors.ts';

/** A statement. One with a name is prepared once on each connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** How long an answer may take on a connection, in milliseconds. */
const answerMs = new WeakMap<ClientBase, number>();

/** Gives every query on this connection a deadline, in milliseconds. */
export function setAnswerDeadline(client: ClientBase, deadlineMs: number): void {
  answerMs.set(client, deadlineMs);
}

/**
 * Queries a pool or a connection. Rejects with `JOURNAL_UNAVAILABLE` when the fault is not in the data. A connection that does
 * not answer in time is closed, so that everything else that waits for it fails at once.
 *
 * It uses a callback and a deadline of its own instead of pg's promises and its `query_timeout`. For those, pg makes a function
 * for each query and assigns it to a property, which V8 takes for a method and moves to the old generation. There it keeps
 * everything the query held until the next full collection: a sixth of all garbage, and pauses three times as long.
 */
export function ask<Row extends QueryResultRow = QueryResultRow>(
  database: Pool | ClientBase,
  statement: Statement,
  values?: unknown[],
): Promise<QueryResult<Row>> {
  if (database instanceof Pool) return checkedOut(database, (client) => ask<Row>(client, statement, values));
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(asJournalError(new NoAnswer('Postgres did not answer in time.')));
      (database as Client).connection.stream.destroy();
    };
    const deadlineMs = answerMs.get(database);
    const deadline = deadlineMs === undefined ? undefined : setTimeout(giveUp, deadlineMs);
    const answered = (error: Error | null | undefined, result: QueryResult<Row>): void => {
      clearTimeout(deadline);
      if (error) reject(asJournalError(error));
      else resolve(result);
    };
    const query = new Query<Row>(statement.text, values, answered as never);
    database.query(Object.assign(query, { name: statement.name }));
  });
}

/** The same, for the rows alone. */
export async function rowsOf<Row extends QueryResultRow>(...query: Parameters<typeof ask>): Promise<Row[]> {
  return (await ask<Row>(...query)).rows;
}

/**
 * Lends a connection, also for a transaction that `work` begins and ends. When `work` fails, its transaction is rolled back
 * here, or the connection is closed.
 */
export async function checkedOut<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asJournalError(error);
  });
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    if (condemnsEveryConnection(error)) client.release(error);
    else
      ask(client, ROLLBACK).then(
        () => client.release(),
        (reason: unknown) => client.release(reason instanceof Error ? reason : true),
      );
    throw error;
  }
}

const ROLLBACK: Statement = { text: 'rollback' };
