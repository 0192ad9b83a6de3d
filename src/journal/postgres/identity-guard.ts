/**
 * Watches that the database under a running journal still holds that journal, and not one that was restored or made anew in its
 * place. Asked on each new connection, and each second on one that exists. Another journal ends writing for good; missing
 * tables make the journal unavailable until they are back.
 */
import type { ClientBase, Pool } from 'pg';
import { KycError } from '../../errors.ts';
import { rowsOf } from './query.ts';
import { READ } from './statements.ts';

const CHECK_MS = 1_000;

/** The guard of one journal. */
export class IdentityGuard implements Disposable {
  readonly #onFault: (fault: Error) => void;
  #id: string | null = null;
  #fault: KycError | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isChecking = false;

  /** `onFault` is called at most once, with what was found. */
  constructor(onFault: (fault: Error) => void) {
    this.#onFault = onFault;
  }

  /** From now on only the journal with this ID is accepted. */
  expect(id: string, readers: Pool): void {
    this.#id = id;
    this.#timer = setInterval(() => void this.#checkNow(readers), CHECK_MS).unref();
  }

  /** Throws `JOURNAL_UNAVAILABLE` once another journal was found. */
  requireSound(): void {
    if (this.#fault !== null) throw this.#fault;
  }

  /** Rejects with `JOURNAL_UNAVAILABLE` unless the expected journal is behind this connection. */
  async check(database: ClientBase | Pool): Promise<void> {
    this.requireSound();
    if (this.#id === null) return;
    const rows = await rowsOf<{ name: string; value: Uint8Array }>(database, READ.facts);
    const found = rows.find(({ name }) => name === 'journal_id')?.value;
    if (found !== undefined && Buffer.from(found).toString('hex') === this.#id) return;
    this.#fail(new Error(`The database holds another journal: expected ${this.#id}`));
    this.requireSound();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer ?? undefined);
  }

  async #checkNow(readers: Pool): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      await this.check(readers);
    } catch {
      // Another journal was reported; anything else is met by the next user of the journal.
    } finally {
      this.#isChecking = false;
    }
  }

  #fail(reason: Error): void {
    if (this.#fault !== null) return;
    this.#fault = new KycError(
      'JOURNAL_UNAVAILABLE',
      'The journal is unavailable: its database was replaced while the server ran. See the server log.',
      { cause: reason },
    );
    this[Symbol.dispose]();
    this.#onFault(reason);
  }
}
