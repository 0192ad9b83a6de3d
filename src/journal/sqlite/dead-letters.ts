/** The dead-letter store in the journal's SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import { planEviction } from '../dead-letter-eviction.ts';
import {
  DEAD_LETTER_COLUMNS,
  DEAD_LETTER_LIMITS,
  DEAD_LETTER_SUMMARIES,
  type DeadLetterCategory,
  type DeadLetterLimits,
  type DeadLetterRow,
  type DeadLetterSummary,
  type DeadLetters,
  deadLetterFingerprint,
  type HeldDeadLetterRow,
  type NewDeadLetter,
  readDeadLetter,
  readHolding,
} from '../dead-letters.ts';
import { prepareAll, type Statements } from './prepared.ts';
import type { Transact } from './transaction.ts';

const SQL = {
  insert: `insert into dead_letters (category, reason, problems, customer_id, body, bytes, hash_digest, fingerprint,
    first_seen_at, last_seen_at, count, sender, request_id, priority) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  repeat: 'update dead_letters set last_seen_at = ?, count = count + ? where id = ?',
  sameRefused: "select id from dead_letters where fingerprint = ? and category = 'REFUSED'",
  sameGenuine: `select id from dead_letters
    where id = (select max(id) from dead_letters where customer_id = ? and category = 'GENUINE') and fingerprint = ?`,
  genuineOfCustomer: `select count(*) as count from
    (select 1 from dead_letters where customer_id = ? and category = 'GENUINE' limit ?)`,
  total: 'select count, bytes from dead_letter_totals where category = ?',
  held: `select id, sender, customer_id, bytes, priority from dead_letters where category = 'REFUSED' order by id`,
  isKnown: 'select 1 from customers where customer_id = ?',
  remove: 'delete from dead_letters where id = ?',
  listed: `select ${DEAD_LETTER_COLUMNS} from dead_letters where category = ? and id < ? order by id desc limit ?`,
  listedAll: `select ${DEAD_LETTER_COLUMNS} from dead_letters where id < ? order by id desc limit ?`,
  summaries: DEAD_LETTER_SUMMARIES,
  one: `select ${DEAD_LETTER_COLUMNS} from dead_letters where id = ?`,
} as const;

/** The store on a journal's connection, whose transactions are `transact`. */
export function sqliteDeadLetters(
  database: DatabaseSync,
  transact: Transact,
  limits: DeadLetterLimits = DEAD_LETTER_LIMITS,
): DeadLetters {
  const statements = prepareAll(database, SQL);
  const writer = new Writer(statements, limits);
  const { listed, listedAll, one, remove, isKnown } = statements;
  return {
    keep: (batch) => transact(() => writer.keep(batch)),
    list({ category, before, limit }) {
      const upTo = before ?? Number.MAX_SAFE_INTEGER;
      const rows = category === null ? listedAll.all(upTo, limit) : listed.all(category, upTo, limit);
      return (rows as unknown as DeadLetterRow[]).map(readDeadLetter);
    },
    find: (ids) =>
      [...new Set(ids)]
        .sort((a, b) => a - b)
        .flatMap((id) => (one.all(id) as unknown as DeadLetterRow[]).map(readDeadLetter)),
    discard: (ids) => transact(() => [...new Set(ids)].filter((id) => remove.run(id).changes > 0)),
    knownAmong: (customerIds) => new Set(customerIds.filter((customerId) => isKnown.get(customerId) !== undefined)),
    counts: () => ({ GENUINE: writer.total('GENUINE').count, REFUSED: writer.total('REFUSED').count }),
    reasons: () => statements.summaries.all() as unknown as DeadLetterSummary[],
  };
}

/** Stores dead letters, inside a transaction. */
class Writer {
  readonly #sql: Statements<typeof SQL>;
  readonly #limits: DeadLetterLimits;

  constructor(statements: Statements<typeof SQL>, limits: DeadLetterLimits) {
    this.#sql = statements;
    this.#limits = limits;
  }

  keep(batch: readonly NewDeadLetter[]): boolean[] {
    const kept = batch.map((deadLetter) => {
      if (deadLetter.category === 'GENUINE') return this.#keepGenuine(deadLetter);
      this.#keepRefused(deadLetter);
      return true;
    });
    this.#makeRoom();
    return kept;
  }

  total(category: DeadLetterCategory): { readonly count: number; readonly bytes: number } {
    const row = this.#sql.total.get(category);
    return { count: Number(row?.['count'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) };
  }

  #keepGenuine(deadLetter: NewDeadLetter): boolean {
    const { customerId } = deadLetter;
    const { genuine, genuinePerCustomer } = this.#limits;
    const fingerprint = deadLetterFingerprint(deadLetter);
    if (this.#repeat(this.#sql.sameGenuine.get(customerId, fingerprint), deadLetter)) return true;
    const ofCustomer = Number(this.#sql.genuineOfCustomer.get(customerId, genuinePerCustomer)?.['count']);
    if (ofCustomer >= genuinePerCustomer || this.total('GENUINE').count >= genuine) return false;
    this.#insert(deadLetter, fingerprint, 0);
    return true;
  }

  #keepRefused(deadLetter: NewDeadLetter): void {
    const fingerprint = deadLetterFingerprint(deadLetter);
    if (this.#repeat(this.#sql.sameRefused.get(fingerprint), deadLetter)) return;
    const isKnown = deadLetter.customerId !== null && this.#sql.isKnown.get(deadLetter.customerId) !== undefined;
    this.#insert(deadLetter, fingerprint, Number(isKnown) + Number(deadLetter.isAllowedSender === true));
  }

  #repeat(
    same: Readonly<Record<string, unknown>> | undefined,
    { receivedAt, lastSeenAt, count }: NewDeadLetter,
  ): boolean {
    if (same === undefined) return false;
    this.#sql.repeat.run(lastSeenAt ?? receivedAt, count ?? 1, Number(same['id']));
    return true;
  }

  #insert(deadLetter: NewDeadLetter, fingerprint: Uint8Array, priority: number): void {
    const { category, reason, problems, customerId, body, hashDigest, receivedAt } = deadLetter;
    this.#sql.insert.run(
      category,
      reason,
      JSON.stringify(problems),
      customerId,
      body,
      Buffer.byteLength(body),
      hashDigest,
      fingerprint,
      receivedAt,
      deadLetter.lastSeenAt ?? receivedAt,
      deadLetter.count ?? 1,
      deadLetter.sender ?? null,
      deadLetter.requestId ?? null,
      priority,
    );
  }

  #makeRoom(): void {
    const { count, bytes } = this.total('REFUSED');
    if (count <= this.#limits.refused && bytes <= this.#limits.refusedBytes) return;
    const held = (this.#sql.held.all() as unknown as HeldDeadLetterRow[]).map(readHolding);
    for (const index of planEviction(held, { count: this.#limits.refused, bytes: this.#limits.refusedBytes })) {
      this.#sql.remove.run(held[index]?.id ?? 0);
    }
  }
}
