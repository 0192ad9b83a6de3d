/** The dead-letter store in the journal's Postgres. All writes take the journal's lock, so limits hold across instances. */
import type { Pool, PoolClient } from 'pg';
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
import { bigintArray, byteaArray, integerArray, textArray } from './arrays.ts';
import type { PostgresDatabase } from './connection.ts';
import { ask, rowsOf } from './query.ts';
import { named } from './statements.ts';
import { locked } from './transaction.ts';

const SQL = named({
  // A batch in one statement: no round trip for each while the lock is held. What is known of a customer raises the priority.
  insertDeadLetters: `insert into dead_letters (category, reason, problems, customer_id, body, bytes, hash_digest, fingerprint,
      first_seen_at, last_seen_at, count, sender, request_id, priority)
    select category, reason, problems, customer_id, body, bytes, hash_digest, fingerprint, first_seen_at, last_seen_at, count,
      sender, request_id, allowed + (select count(*) from customers c where c.customer_id = new.customer_id)
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::bytea[], $8::bytea[],
        $9::bigint[], $10::bigint[], $11::integer[], $12::text[], $13::text[], $14::integer[]) with ordinality
      as new (category, reason, problems, customer_id, body, bytes, hash_digest, fingerprint, first_seen_at, last_seen_at, count,
        sender, request_id, allowed, place)
    order by place`,
  repeatGenuine: 'update dead_letters set last_seen_at = $2, count = count + $3 where id = $1',
  repeatRefused: `update dead_letters d set last_seen_at = again.last_seen_at, count = d.count + again.count
    from unnest($1::bytea[], $2::bigint[], $3::integer[]) as again (fingerprint, last_seen_at, count)
    where d.fingerprint = again.fingerprint and d.category = 'REFUSED' returning d.fingerprint`,
  sameGenuine: `select id from dead_letters
    where id = (select max(id) from dead_letters where customer_id = $2 and category = 'GENUINE') and fingerprint = $1`,
  genuineOfCustomer: `select count(*) as count from
    (select from dead_letters where customer_id = $1 and category = 'GENUINE' limit $2) as theirs`,
  deadLetterSummaries: DEAD_LETTER_SUMMARIES,
  deadLetterTotals: 'select category, count, bytes from dead_letter_totals',
  heldDeadLetters: `select id, sender, customer_id, bytes, priority from dead_letters where category = 'REFUSED' order by id`,
  deadLetters: `select ${DEAD_LETTER_COLUMNS} from dead_letters
    where ($1::text is null or category = $1) and id < $2 order by id desc limit $3`,
  deadLettersById: `select ${DEAD_LETTER_COLUMNS} from dead_letters where id = any ($1::bigint[]) order by id`,
  knownCustomers: 'select customer_id from customers where customer_id = any ($1::text[])',
  discardDeadLetters: 'delete from dead_letters where id = any ($1::bigint[]) returning id',
});

/** The store. */
export function postgresDeadLetters(
  { readers, writers }: PostgresDatabase,
  limits: DeadLetterLimits = DEAD_LETTER_LIMITS,
): DeadLetters {
  return {
    keep: (batch) => locked(writers, (client) => new Writer(client, limits).keep(batch)),
    async list({ category, before, limit }) {
      const values = [category, before ?? Number.MAX_SAFE_INTEGER, limit];
      return (await rowsOf<DeadLetterRow>(readers, SQL.deadLetters, values)).map(readDeadLetter);
    },
    find: async (ids) => (await rowsOf<DeadLetterRow>(readers, SQL.deadLettersById, [ids])).map(readDeadLetter),
    discard: (ids) =>
      locked(writers, async (client) =>
        (await rowsOf<{ id: number }>(client, SQL.discardDeadLetters, [ids])).map(({ id }) => id),
      ),
    async knownAmong(customerIds) {
      const rows = await rowsOf<{ customer_id: string }>(readers, SQL.knownCustomers, [textArray(customerIds)]);
      return new Set(rows.map(({ customer_id }) => customer_id));
    },
    async counts() {
      const totals = await totalsOf(readers);
      return { GENUINE: totals.GENUINE.count, REFUSED: totals.REFUSED.count };
    },
    reasons: () => rowsOf<DeadLetterSummary & Record<string, unknown>>(readers, SQL.deadLetterSummaries),
  };
}

interface Total {
  readonly count: number;
  readonly bytes: number;
}

async function totalsOf(database: Pool | PoolClient): Promise<Readonly<Record<DeadLetterCategory, Total>>> {
  const rows = await rowsOf<Total & { readonly category: DeadLetterCategory }>(database, SQL.deadLetterTotals);
  const of = (category: DeadLetterCategory) => rows.find((row) => row.category === category) ?? { count: 0, bytes: 0 };
  return { GENUINE: of('GENUINE'), REFUSED: of('REFUSED') };
}

/** Stores dead letters, inside a transaction that has the lock. */
class Writer {
  readonly #client: PoolClient;
  readonly #limits: DeadLetterLimits;

  constructor(client: PoolClient, limits: DeadLetterLimits) {
    this.#client = client;
    this.#limits = limits;
  }

  async keep(batch: readonly NewDeadLetter[]): Promise<boolean[]> {
    const kept: boolean[] = [];
    let refused: NewDeadLetter[] = [];
    for (const deadLetter of batch) {
      if (deadLetter.category === 'REFUSED') {
        refused.push(deadLetter);
        kept.push(true);
        continue;
      }
      // Their IDs are in the order given.
      if (refused.length > 0) await this.#keepRefused(refused);
      refused = [];
      kept.push(await this.#keepGenuine(deadLetter));
    }
    if (refused.length > 0) await this.#keepRefused(refused);
    return kept;
  }

  async #keepGenuine(deadLetter: NewDeadLetter): Promise<boolean> {
    const { customerId, receivedAt, lastSeenAt, count } = deadLetter;
    const { genuine, genuinePerCustomer } = this.#limits;
    const [[same], [theirs], totals] = await Promise.all([
      rowsOf<{ id: number }>(this.#client, SQL.sameGenuine, [deadLetterFingerprint(deadLetter), customerId]),
      rowsOf<{ count: number }>(this.#client, SQL.genuineOfCustomer, [customerId, genuinePerCustomer]),
      totalsOf(this.#client),
    ]);
    if (same !== undefined) {
      await ask(this.#client, SQL.repeatGenuine, [same.id, lastSeenAt ?? receivedAt, count ?? 1]);
      return true;
    }
    if ((theirs?.count ?? 0) >= genuinePerCustomer || totals.GENUINE.count >= genuine) return false;
    await ask(this.#client, SQL.insertDeadLetters, columnsOf([deadLetter]));
    return true;
  }

  async #keepRefused(batch: readonly NewDeadLetter[]): Promise<void> {
    const distinct = withoutRepetitions(batch);
    const repeated = await rowsOf<{ fingerprint: Uint8Array }>(this.#client, SQL.repeatRefused, [
      byteaArray(distinct.map(deadLetterFingerprint)),
      bigintArray(distinct.map(({ receivedAt, lastSeenAt }) => lastSeenAt ?? receivedAt)),
      integerArray(distinct.map(({ count }) => count ?? 1)),
    ]);
    const known = new Set(repeated.map(({ fingerprint }) => keyOf(fingerprint)));
    const fresh = distinct.filter((deadLetter) => !known.has(keyOf(deadLetterFingerprint(deadLetter))));
    if (fresh.length === 0) return;
    await ask(this.#client, SQL.insertDeadLetters, columnsOf(fresh));
    await this.#makeRoom();
  }

  async #makeRoom(): Promise<void> {
    const { count, bytes } = (await totalsOf(this.#client)).REFUSED;
    if (count <= this.#limits.refused && bytes <= this.#limits.refusedBytes) return;
    const held = (await rowsOf<HeldDeadLetterRow>(this.#client, SQL.heldDeadLetters)).map(readHolding);
    const evicted = planEviction(held, { count: this.#limits.refused, bytes: this.#limits.refusedBytes });
    await ask(this.#client, SQL.discardDeadLetters, [evicted.map((index) => held[index]?.id)]);
  }
}

function columnsOf(batch: readonly NewDeadLetter[]): Buffer[] {
  return [
    textArray(batch.map(({ category }) => category)),
    textArray(batch.map(({ reason }) => reason)),
    textArray(batch.map(({ problems }) => JSON.stringify(problems))),
    textArray(batch.map(({ customerId }) => customerId)),
    textArray(batch.map(({ body }) => body)),
    integerArray(batch.map(({ body }) => Buffer.byteLength(body))),
    byteaArray(batch.map(({ hashDigest }) => hashDigest)),
    byteaArray(batch.map(deadLetterFingerprint)),
    bigintArray(batch.map(({ receivedAt }) => receivedAt)),
    bigintArray(batch.map(({ receivedAt, lastSeenAt }) => lastSeenAt ?? receivedAt)),
    integerArray(batch.map(({ count }) => count ?? 1)),
    textArray(batch.map(({ sender }) => sender ?? null)),
    textArray(batch.map(({ requestId }) => requestId ?? null)),
    integerArray(batch.map(({ isAllowedSender }) => Number(isAllowedSender === true))),
  ];
}

/** Repetitions counted into the first of their kind. */
function withoutRepetitions(batch: readonly NewDeadLetter[]): NewDeadLetter[] {
  const distinct = new Map<string, NewDeadLetter>();
  for (const deadLetter of batch) {
    const key = keyOf(deadLetterFingerprint(deadLetter));
    const { receivedAt, lastSeenAt = receivedAt, count = 1 } = deadLetter;
    const first = distinct.get(key);
    distinct.set(key, { ...(first ?? deadLetter), lastSeenAt, count: (first?.count ?? 0) + count });
  }
  return [...distinct.values()];
}

function keyOf(fingerprint: Uint8Array): string {
  return Buffer.from(fingerprint).toString('base64');
}
