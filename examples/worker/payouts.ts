/** The worker's own database: who may be paid, and how far the updates were handled. */
import { DatabaseSync } from 'node:sqlite';
import type { KycUpdate } from 'xgateway-kyc';

/** Payouts in an SQLite file. */
export class Payouts {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(`create table if not exists payouts (customer text primary key, open integer, changes integer);
      create table if not exists consumer (id integer primary key, cursor text, fence integer);
      insert or ignore into consumer values (1, null, 0)`);
  }

  /** The cursor of the last update that was handled; null: none. From now on, an earlier lease can't write any more. */
  cursor(fence: number): string | null {
    return this.#transact(
      fence,
      () => this.#database.prepare('select cursor from consumer').get()?.['cursor'] as string | null,
    );
  }

  /** Opens or closes a customer's payouts, and stores the cursor with it: both, or neither. */
  apply({ customerId, verified, cursor }: KycUpdate, fence: number, isReplayed: boolean): void {
    this.#transact(fence, () => {
      this.#database
        .prepare(
          `insert into payouts values (?, ?, 1)
            on conflict (customer) do update set open = excluded.open, changes = changes + 1`,
        )
        .run(customerId, Number(verified));
      // A replay is older than the cursor.
      if (!isReplayed) this.#database.prepare('update consumer set cursor = ?').run(cursor);
    });
  }

  /** Whether a customer may be paid, and how many updates said so. */
  of(customer: string): { readonly isOpen: boolean; readonly changes: number } {
    const row = this.#database.prepare('select open, changes from payouts where customer = ?').get(customer);
    return { isOpen: row?.['open'] === 1, changes: Number(row?.['changes'] ?? 0) };
  }

  close(): void {
    this.#database.close();
  }

  /** Works in a transaction, unless a later lease has written. */
  #transact<Result>(fence: number, work: () => Result): Result {
    this.#database.exec('begin immediate');
    try {
      const { changes } = this.#database.prepare('update consumer set fence = ? where fence <= ?').run(fence, fence);
      if (changes === 0) throw new Error('Another instance has taken over.');
      const result = work();
      this.#database.exec('commit');
      return result;
    } catch (error) {
      this.#database.exec('rollback');
      throw error;
    }
  }
}
