/**
 * Records what people who signed in do. What they read is written in batches, within a second. What they decide is written before it is
 * done: a decision whose entry can't be written is refused, so none is ever missing, and an entry without an end says that the outcome is
 * unknown. While the journal can't be written, entries of reads wait in a bounded queue; when it is full, people's operations are refused.
 */
import { hash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isUnavailable, KycError } from '../errors.ts';
import { type AuditEnd, type AuditEntry, type AuditLog, MAX_AUDITED_CUSTOMERS } from '../journal/audit-log.ts';
import { currentTime } from '../schedule/clock.ts';

/** An operation that begins. */
export type AuditedOperation = Omit<AuditEntry, 'key' | 'at' | 'codes'>;

/** Called when an audited operation has ended: with the codes of its errors, and the customers whose data it opened. */
export type EndAudit = (codes: readonly string[], customerIds: Iterable<string>) => void;

/** What the recorder needs of a log. */
export interface AuditRecorderLog {
  error(fields: object, message: string): void;
}

/** Limits, for tests. */
export interface AuditRecorderOptions {
  /** How many entries wait, default 1,000. One with 200 customers of 256 characters has 50 KiB. */
  readonly capacity?: number;
  /** How long entries of reads are gathered, in milliseconds, default 500. */
  readonly gatherMs?: number;
  /** How long after a failure it is tried again, in milliseconds, default 1,000. */
  readonly retryMs?: number;
}

const MAX_NAME_LENGTH = 100;
/** Fields that an open page reads again every few seconds. The same answer again within a while is not another entry. */
const POLLED: ReadonlySet<string> = new Set(['kycAttention', 'kycConsumers', 'kycStatusCounts']);
const POLL_MS = 10 * 60_000;
const MAX_POLLS = 1_000;
const MAX_CODES = 20;
const BATCH = 200;
/** The most entries of one operation: 50,000 customers are more than the limits of an operation let it change. */
const MAX_PARTS = 50;

/** Records operations. */
export class AuditRecorder {
  readonly #store: AuditLog;
  readonly #log: AuditRecorderLog;
  readonly #options: Required<AuditRecorderOptions>;
  #waiting: (AuditEntry | AuditEnd)[] = [];
  /** Places for entries of operations that have not ended. */
  #reserved = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<boolean> | null = null;
  #hasFailed = false;
  /** What was polled lately, by a digest of its entry. */
  readonly #polled = new LRUCache<string, true>({ max: MAX_POLLS, ttl: POLL_MS, noUpdateTTL: true });
  #isClosed = false;

  constructor(store: AuditLog, log: AuditRecorderLog, options: AuditRecorderOptions = {}) {
    this.#store = store;
    this.#log = log;
    this.#options = { capacity: 1_000, gatherMs: 500, retryMs: 1_000, ...options };
  }

  /**
   * Begins an operation. For a mutation it resolves once its entry is durable. Rejects with `JOURNAL_UNAVAILABLE` when the operation must
   * not be executed.
   */
  async begin(given: AuditedOperation): Promise<EndAudit> {
    if (this.#isClosed || this.#waiting.length + this.#reserved >= this.#options.capacity) throw cannotRecord();
    const operation = { ...given, operationName: given.operationName?.slice(0, MAX_NAME_LENGTH) ?? null };
    const key = randomBytes(16).toString('base64url');
    const at = currentTime();
    this.#reserved++;
    let hasEnded = false;
    const release = (): boolean => {
      if (hasEnded) return false;
      hasEnded = true;
      this.#reserved--;
      return true;
    };
    const end = (written: readonly (AuditEntry | AuditEnd)[]): void => {
      if (!release()) return;
      this.#waiting.push(...written);
      // One busy person must not fill the queue for everyone until the next write.
      if (this.#waiting.length >= BATCH && !this.#hasFailed) void this.flush();
      else this.#schedule(this.#options.gatherMs);
    };
    if (operation.type === 'mutation') {
      try {
        await this.#writeFirst({ ...operation, key, at, codes: null });
      } catch (cause) {
        this.#reserved--;
        throw cause;
      }
    }
    return (given, opened) => {
      const codes = given.slice(0, MAX_CODES);
      const [customerIds = [], ...more] = this.#parts(new Set([...operation.customerIds, ...opened]), key);
      const ended = { key, codes, customerIds };
      if (this.#isRepeated(operation, ended)) return void release();
      const first = operation.type === 'mutation' ? ended : { ...operation, at, ...ended };
      const rest = more.map((part, index) => ({
        ...operation,
        at,
        key: `${key}.${index + 2}`,
        codes,
        customerIds: part,
      }));
      end([first, ...rest]);
    };
  }

  /** Customers in parts as large as an entry takes. Only a mutation, which cannot know them before, has several. */
  #parts(all: ReadonlySet<string>, key: string): readonly (readonly string[])[] {
    const customerIds = [...all];
    const size = MAX_AUDITED_CUSTOMERS;
    const count = Math.ceil(customerIds.length / size);
    if (count > MAX_PARTS) {
      this.#log.error(
        { key, customers: customerIds.length },
        'An entry of the audit log does not name all its customers',
      );
    }
    return Array.from({ length: Math.min(count, MAX_PARTS) }, (_, part) =>
      customerIds.slice(part * size, (part + 1) * size),
    );
  }

  /** Whether a page has read this before, with the same customers and outcome, in the last ten minutes. */
  #isRepeated(operation: AuditedOperation, { codes, customerIds }: AuditEnd): boolean {
    const { type, issuer, subject, name, operationName, fields } = operation;
    if (type !== 'query' || fields.length === 0 || !fields.every((field) => POLLED.has(field))) return false;
    const entry = [issuer, subject, name, operationName, fields, codes, customerIds.toSorted()];
    const key = hash('sha256', JSON.stringify(entry), 'base64');
    if (this.#polled.has(key)) return true;
    this.#polled.set(key, true);
    return false;
  }

  /** Writes what waits. Resolves with true when it is durable, with false when it can't be written now. */
  flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#writeAll().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  async #writeAll(): Promise<boolean> {
    while (this.#waiting.length > 0) {
      if (await this.#writeBatch()) continue;
      this.#schedule(this.#options.retryMs);
      return false;
    }
    return true;
  }

  /** Refuses further operations, and writes what waits. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
    clearTimeout(this.#timer);
    const lost = this.#waiting.length;
    if (lost > 0) this.#log.error({ entries: lost }, 'Entries of the audit log were not written before the end');
  }

  /** After what waits, so that entries stand in the order in which operations began. */
  async #writeFirst(entry: AuditEntry): Promise<void> {
    if (!(await this.flush())) throw cannotRecord();
    try {
      await this.#store.write([entry]);
    } catch (cause) {
      // It may have been written all the same. Then it stays without an end: the outcome is unknown to its reader, and nothing was done.
      throw cannotRecord(cause);
    }
  }

  async #writeBatch(): Promise<boolean> {
    const batch = this.#waiting.slice(0, BATCH);
    try {
      await this.#store.write(batch);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#log.error({ err: error }, 'The audit log cannot be written; its entries wait');
      this.#hasFailed = true;
      if (isUnavailable(error)) return false;
      await this.#writeOneByOne(batch);
    }
    this.#waiting.splice(0, batch.length);
    return true;
  }

  /** An error in the data is that of one entry: the others are written. */
  async #writeOneByOne(batch: readonly (AuditEntry | AuditEnd)[]): Promise<void> {
    for (const entry of batch) {
      try {
        await this.#store.write([entry]);
      } catch (error) {
        this.#log.error(
          { err: error, key: entry.key },
          'An entry of the audit log was refused by the journal, and is lost',
        );
      }
    }
  }

  #schedule(afterMs: number): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => void this.flush(), afterMs).unref();
  }
}

function cannotRecord(cause?: unknown): KycError {
  const message = 'The audit log cannot be written, so what signed-in people request is refused. Try again.';
  return new KycError('JOURNAL_UNAVAILABLE', message, { cause });
}
