/** Databases for tests: each its own, on the one Postgres of the test run. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

/** Makes an empty database and gives its URL. */
export async function freshDatabase(): Promise<string> {
  const answer = await fetch(inject('postgresBroker'));
  const url = await answer.text();
  if (!answer.ok) throw new Error(url);
  return createDatabase(url);
}

/** Makes an empty database beside the one at `url`. */
export async function createDatabase(url: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await query(url, `create database ${name}`);
  // So that tests read the tables of a new journal by their plain names.
  await query(url, `alter database ${name} set search_path = xgateway_kyc, public`);
  const made = new URL(url);
  made.pathname = name;
  return made.href;
}

/** Asks once, over a connection of its own. */
export async function query(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
