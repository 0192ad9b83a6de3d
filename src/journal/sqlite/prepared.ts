/** Statements of a connection, by name: each is prepared once. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { withStablePlan } from './stable-plan.ts';

/** The statements of a list of SQL. */
export type Statements<Sql> = { readonly [Name in keyof Sql]: StatementSync };

/** Prepares all of them now. */
export function prepareAll<Sql extends Record<string, string>>(database: DatabaseSync, sql: Sql): Statements<Sql> {
  const prepared = Object.entries(sql).map(([name, text]) => [name, database.prepare(withStablePlan(text))]);
  return Object.fromEntries(prepared) as Statements<Sql>;
}

/** Prepares each at its first use: a reader may meet the schema of an earlier release. */
export function prepareLazily<Sql extends Record<string, string>>(database: DatabaseSync, sql: Sql): Statements<Sql> {
  const statements = {};
  for (const [name, text] of Object.entries(sql)) {
    Object.defineProperty(statements, name, {
      configurable: true,
      get(this: object) {
        const value = database.prepare(withStablePlan(text));
        // From now on a plain property, as fast as any.
        Object.defineProperty(this, name, { value });
        return value;
      },
    });
  }
  return statements as Statements<Sql>;
}
