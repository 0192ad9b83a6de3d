/**
 * Commits that another program made in the journal's file while the server ran: somebody's `sqlite3`, a script. What they changed is
 * unknown, so they are counted and reported. Litestream's are not: it counts its own in a table of its own, and changes no other.
 */
import type { DatabaseSync } from 'node:sqlite';

/** Counts them. */
export class ForeignWrites {
  readonly #database: DatabaseSync;
  readonly #report: (count: number) => void;
  #litestream: number | null;
  /** How many there were. */
  count = 0;

  /** `report` is called with how many more there are. */
  constructor(database: DatabaseSync, report: (count: number) => void) {
    this.#database = database;
    this.#report = report;
    this.#litestream = this.#readLitestream();
  }

  /** Takes commits that were not ours. */
  noticed(commits: number): void {
    const before = this.#litestream;
    this.#litestream = this.#readLitestream();
    if (this.#litestream === null) this.#add(commits);
    // One that was started beside us has just made its tables.
    else if (before !== null) this.#add(commits - Math.max(0, this.#litestream - before));
  }

  #add(count: number): void {
    if (count <= 0) return;
    this.count += count;
    this.#report(count);
  }

  #readLitestream(): number | null {
    try {
      return Number(this.#database.prepare('select seq from _litestream_seq').get()?.['seq'] ?? 0);
    } catch {
      // There is no such table.
      return null;
    }
  }
}
