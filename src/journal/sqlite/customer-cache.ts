/**
 * Customers that were read a moment ago. One process writes the file, and it drops a customer from here in the transaction that changes
 * them, so what is held is what the file says.
 *
 * A customer is kept at the second of two reads that are close together: in a scan of all customers each would evict another one, and cost
 * the collector more than the read. (recent-reads.ts)
 *
 * Another program's commits are against the rules and are reported (foreign-writes.ts). Here SQLite itself is asked for them: its data version
 * changes with every commit of another connection. That takes as long as reading a customer, so it is asked once in 10 ms.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import type { CustomerRecord } from '../journal.ts';
import { RecentReads } from './recent-reads.ts';

/** How many customers are kept, and what they may take, in bytes. */
const MAX_CUSTOMERS = 4_000;
const MAX_BYTES = 8 * 1024 * 1024;
/** A larger one is not kept. */
const MAX_CUSTOMER_BYTES = 64 * 1024;
/** A record without what was said about the customer. */
const RECORD_BYTES = 1_000;
const FOREIGN_CHECK_MS = 10;

/** The cache of one open journal. */
export class CustomerCache {
  readonly #customers = new LRUCache<string, CustomerRecord>({
    max: MAX_CUSTOMERS,
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_CUSTOMER_BYTES,
  });
  /** Who was read from the file lately. What the cache can't hold until it is read again is not kept. */
  readonly #reads = new RecentReads(MAX_CUSTOMERS);
  readonly #dataVersion: StatementSync;
  #version: unknown;
  #checkedAt: number;
  #isDisabled = false;

  constructor(database: DatabaseSync) {
    this.#dataVersion = database.prepare('pragma data_version');
    this.#version = this.#readVersion();
    this.#checkedAt = performance.now();
  }

  /** How many customers are held. */
  get size(): number {
    return this.#customers.size;
  }

  /** A customer who is held. Throws what SQLite throws. */
  get(customerId: string): CustomerRecord | undefined {
    // The cache is empty, so nothing is outdated.
    if (this.#customers.size === 0) return undefined;
    this.#dropAfterForeignCommits();
    return this.#customers.get(customerId);
  }

  /** Keeps a customer who is read again, as they were read, with the length of their latest entry in characters. */
  keep(customerId: string, record: CustomerRecord, length: number): void {
    if (this.#isDisabled || !this.#reads.isRepeated(customerId)) return;
    this.#customers.set(customerId, record, { size: RECORD_BYTES + 2 * (length + customerId.length) });
  }

  /** Drops a customer: a transaction changes them. */
  invalidate(customerId: string): void {
    this.#customers.delete(customerId);
  }

  /** Caches nothing from now on: the files under the journal have changed. */
  disable(): void {
    this.#isDisabled = true;
    this.#customers.clear();
  }

  #dropAfterForeignCommits(): void {
    const now = performance.now();
    if (now - this.#checkedAt < FOREIGN_CHECK_MS) return;
    this.#checkedAt = now;
    const version = this.#readVersion();
    if (version === this.#version) return;
    this.#version = version;
    this.#customers.clear();
  }

  #readVersion(): unknown {
    return this.#dataVersion.get()?.['data_version'];
  }
}
