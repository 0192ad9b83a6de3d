/**
 * Named consumers in the journal's Postgres, beside what records updates: none of it takes the journal's lock. Each transaction begins
 * with the consumer's row, so that no two deadlock.
 */
import type { PoolClient } from 'pg';
import {
  CONSUMER_COLUMNS,
  CONSUMER_DEAD_LETTER_COLUMNS,
  CONSUMER_LIMITS,
  type ConsumerChanges,
  type ConsumerDeadLetter,
  type ConsumerDeadLetterRow,
  type ConsumerLease,
  type ConsumerLimits,
  type ConsumerRecord,
  type ConsumerRetry,
  type ConsumerRetryRow,
  type ConsumerRow,
  type ConsumerSaved,
  type Consumers,
  type NewConsumerDeadLetter,
  readConsumer,
  readConsumerDeadLetter,
  readRetry,
  writeConsumerError,
} from '../consumers.ts';
import { bigintArray, integerArray, textArray } from './arrays.ts';
import type { PostgresDatabase } from './connection.ts';
import { ask, rowsOf, type Statement } from './query.ts';
import { named } from './statements.ts';
import { unlocked } from './transaction.ts';

/** Later than every fence before, also after an older backup was restored. */
const NEXT_FENCE = 'greatest(fence + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)';
/**
 * The given columns, of those positions that still belong to their customers: nothing is kept of one who was erased meanwhile. An erasure
 * that is under way is awaited.
 */
const stillTheirs = (types: string, columns: string) => `from
    unnest($2::bigint[], $3::text[], $4::integer[], ${types}) as new (position, customer_id, attempts, ${columns})
    cross join lateral (select from entries e where e.position = new.position and e.customer_id = new.customer_id for share) as entry`;

const SQL = named({
  consumerCreate: `insert into consumers (name, position, digest, fence, beats, changes, state)
    select $1, $2, $3, 0, 0, 0, 'RUNNING' where (select count(*) from consumers) < $4::integer on conflict (name) do nothing`,
  consumers: `select ${CONSUMER_COLUMNS} from consumers order by name`,
  consumer: `select ${CONSUMER_COLUMNS} from consumers where name = $1`,
  consumerRemove: 'delete from consumers where name = $1',
  consumerDropRetries: 'delete from consumer_retries where consumer = $1',
  consumerDropDeadLetters: 'delete from consumer_dead_letters where consumer = $1',
  consumerAcquire: `update consumers set fence = ${NEXT_FENCE}, holder = $1, beats = 0
    where name = $2 and fence = $3 and beats = $4 and state = 'RUNNING' returning ${CONSUMER_COLUMNS}`,
  consumerSave: `update consumers set beats = beats + 1, position = coalesce($3, position), digest = coalesce($4, digest)
    where name = $1 and fence = $2 returning state, changes`,
  consumerRetry: `insert into consumer_retries (consumer, position, customer_id, attempts, replayed)
    select $1, new.position, new.customer_id, new.attempts, new.replayed ${stillTheirs('$5::integer[]', 'replayed')}
    on conflict (consumer, position) do update set attempts = excluded.attempts`,
  consumerFinish: 'delete from consumer_retries where consumer = $1 and position = any ($2::bigint[])',
  consumerGiveUp: `insert into consumer_dead_letters (consumer, position, customer_id, attempts, error, failed_at)
    select $1, new.position, new.customer_id, new.attempts, new.error, new.failed_at
    ${stillTheirs('$5::text[], $6::bigint[]', 'error, failed_at')} order by new.position
    on conflict (consumer, position) do update set attempts = excluded.attempts, error = excluded.error, failed_at = excluded.failed_at
    returning ${CONSUMER_DEAD_LETTER_COLUMNS}`,
  consumerCountDeadLetters: 'select count(*) as count from consumer_dead_letters where consumer = $1',
  consumerRelease: 'update consumers set holder = null where name = $1 and fence = $2',
  consumerStop: "update consumers set holder = null, state = 'STOPPED', error = $3 where name = $1 and fence = $2",
  consumerRetries: `select position, customer_id, attempts, replayed from consumer_retries
    where consumer = $1 and position > $2 order by position limit $3`,
  consumerSetState: `update consumers set state = $2, error = null, changes = changes + 1 where name = $1
    returning ${CONSUMER_COLUMNS}`,
  consumerRevoke: `update consumers set fence = ${NEXT_FENCE}, holder = null, error = null, position = coalesce($2, position),
      digest = coalesce($3, digest), state = case when state = 'STOPPED' then 'RUNNING' else state end
    where name = $1 returning ${CONSUMER_COLUMNS}`,
  consumerEarliestFailed: `select position, customer_id, attempts, replayed from consumer_retries
    where consumer = $1 and attempts > 0 order by position limit 1`,
  consumersChanged: `update consumers set changes = changes + 1 where name in
    (select name from consumers where name in (select consumer from consumer_dead_letters where id = any ($1::bigint[]))
      order by name for update)`,
  consumerDeadLetters: `select ${CONSUMER_DEAD_LETTER_COLUMNS} from consumer_dead_letters
    where consumer = $1 and id < $2 order by id desc limit $3`,
  consumerReplay: `with gone as (
      delete from consumer_dead_letters where id = any ($1::bigint[]) returning ${CONSUMER_DEAD_LETTER_COLUMNS}
    ), again as (
      insert into consumer_retries (consumer, position, customer_id, attempts, replayed)
      select consumer, position, customer_id, 0, 1 from gone on conflict (consumer, position) do nothing
    ) select ${CONSUMER_DEAD_LETTER_COLUMNS} from gone order by id`,
  consumerDiscard: 'delete from consumer_dead_letters where id = any ($1::bigint[]) returning id',
});

/** The store. */
export function postgresConsumers(
  { readers, writers }: PostgresDatabase,
  limits: ConsumerLimits = CONSUMER_LIMITS,
): Consumers {
  const one = async (statement: Statement, ...values: unknown[]): Promise<ConsumerRecord | null> => {
    const [row] = await rowsOf<ConsumerRow & Row>(writers, statement, values);
    return row === undefined ? null : readConsumer(row);
  };
  return {
    async create(name, { position, digest }) {
      const values = [name, position, digest, limits.consumers];
      if ((await ask(writers, SQL.consumerCreate, values)).rowCount === 1) return 'created';
      return (await one(SQL.consumer, name)) === null ? 'full' : 'exists';
    },
    list: async () => (await rowsOf<ConsumerRow & Row>(readers, SQL.consumers)).map(readConsumer),
    async find(name) {
      const [row] = await rowsOf<ConsumerRow & Row>(readers, SQL.consumer, [name]);
      return row === undefined ? null : readConsumer(row);
    },
    remove: (name) =>
      unlocked(writers, async (client) => {
        const [removed] = await Promise.all([
          ask(client, SQL.consumerRemove, [name]),
          ask(client, SQL.consumerDropRetries, [name]),
          ask(client, SQL.consumerDropDeadLetters, [name]),
        ]);
        return removed.rowCount === 1;
      }),
    acquire: ({ name, fence, beats }, holder) => one(SQL.consumerAcquire, holder, name, fence, beats),
    async save(lease, changes) {
      const { retries = [], finished = [], deadLetters = [] } = changes;
      // Most of the time only the place has moved: one statement that commits by itself.
      if (retries.length + finished.length + deadLetters.length === 0) {
        const [row] = await rowsOf<SavedRow>(writers, SQL.consumerSave, saved(lease, changes));
        return row === undefined ? null : { ...row, isFull: false };
      }
      return unlocked(writers, (client) => saveAll(client, limits, lease, changes));
    },
    async release({ name, fence }, error) {
      if (error === undefined) await ask(writers, SQL.consumerRelease, [name, fence]);
      else await ask(writers, SQL.consumerStop, [name, fence, writeConsumerError(error)]);
    },
    retries: async (name, position, limit) =>
      (await rowsOf<ConsumerRetryRow & Row>(readers, SQL.consumerRetries, [name, position, limit])).map(readRetry),
    setState: (name, state) => one(SQL.consumerSetState, name, state),
    reset: (name, { position, digest }) =>
      unlocked(writers, async (client) => {
        const [row] = await rowsOf<ConsumerRow & Row>(client, SQL.consumerRevoke, [name, position, digest]);
        await ask(client, SQL.consumerDropRetries, [name]);
        return row === undefined ? null : { ...readConsumer(row), retries: 0 };
      }),
    skip: (name, given) => unlocked(writers, (client) => skip(client, name, given)),
    deadLetters: async ({ consumer, before, limit }) =>
      deadLettersIn(
        await rowsOf(readers, SQL.consumerDeadLetters, [consumer, before ?? Number.MAX_SAFE_INTEGER, limit]),
      ),
    replay: (ids) =>
      unlocked(writers, async (client) => {
        const [, rows] = await Promise.all([
          ask(client, SQL.consumersChanged, [ids]),
          rowsOf(client, SQL.consumerReplay, [ids]),
        ]);
        return deadLettersIn(rows);
      }),
    async discard(ids) {
      const rows = await rowsOf<{ id: number }>(writers, SQL.consumerDiscard, [ids]);
      return rows.map(({ id }) => id).sort((a, b) => a - b);
    },
  };
}

type Row = Record<string, unknown>;
type SavedRow = Pick<ConsumerSaved, 'state' | 'changes'> & Row;

function saved({ name, fence }: ConsumerLease, { place }: ConsumerChanges): unknown[] {
  return [name, fence, place?.position ?? null, place?.digest ?? null];
}

async function saveAll(
  client: PoolClient,
  limits: ConsumerLimits,
  lease: ConsumerLease,
  changes: ConsumerChanges,
): Promise<ConsumerSaved | null> {
  const { retries = [], finished = [], deadLetters = [] } = changes;
  const [row] = await rowsOf<SavedRow>(client, SQL.consumerSave, saved(lease, changes));
  if (row === undefined) return null;
  let isFull = false;
  if (deadLetters.length > 0) {
    const [held] = await rowsOf<{ count: number }>(client, SQL.consumerCountDeadLetters, [lease.name]);
    isFull = (held?.count ?? 0) + deadLetters.length > limits.deadLetters;
  }
  const kept = isFull ? [...retries, ...deadLetters.map((one) => ({ ...one, isReplayed: false }))] : retries;
  if (kept.length > 0) await keep(client, lease.name, kept);
  if (finished.length > 0) await ask(client, SQL.consumerFinish, [lease.name, bigintArray(finished)]);
  if (!isFull && deadLetters.length > 0) await giveUp(client, lease.name, deadLetters);
  return { ...row, isFull };
}

async function keep(client: PoolClient, name: string, retries: readonly ConsumerRetry[]): Promise<void> {
  await ask(client, SQL.consumerRetry, [
    name,
    bigintArray(retries.map(({ position }) => position)),
    textArray(retries.map(({ customerId }) => customerId)),
    integerArray(retries.map(({ attempts }) => attempts)),
    integerArray(retries.map(({ isReplayed }) => Number(isReplayed))),
  ]);
}

async function giveUp(
  client: PoolClient,
  name: string,
  given: readonly NewConsumerDeadLetter[],
): Promise<ConsumerDeadLetter[]> {
  const positions = bigintArray(given.map(({ position }) => position));
  const rows = await rowsOf(client, SQL.consumerGiveUp, [
    name,
    positions,
    textArray(given.map(({ customerId }) => customerId)),
    integerArray(given.map(({ attempts }) => attempts)),
    textArray(given.map(({ error }) => writeConsumerError(error))),
    bigintArray(given.map(({ failedAt }) => failedAt)),
  ]);
  await ask(client, SQL.consumerFinish, [name, positions]);
  return deadLettersIn(rows);
}

async function skip(
  client: PoolClient,
  name: string,
  given: Pick<NewConsumerDeadLetter, 'error' | 'failedAt'>,
): Promise<ConsumerDeadLetter | null> {
  const [failed] = await rowsOf<ConsumerRetryRow & Row>(client, SQL.consumerEarliestFailed, [name]);
  if (failed === undefined) return null;
  await ask(client, SQL.consumerRevoke, [name, null, null]);
  const [deadLetter] = await giveUp(client, name, [{ ...readRetry(failed), ...given }]);
  return deadLetter ?? null;
}

function deadLettersIn(rows: readonly Row[]): ConsumerDeadLetter[] {
  return (rows as unknown as readonly ConsumerDeadLetterRow[]).map(readConsumerDeadLetter);
}
