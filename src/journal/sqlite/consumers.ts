/** Named consumers in the SQLite file of the journal. */
import type { DatabaseSync } from 'node:sqlite';
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
import { prepareAll, type Statements } from './prepared.ts';
import { syncedSeldom, type Transact } from './transaction.ts';

/** Later than every fence before, also after an older copy of the file was restored. */
const NEXT_FENCE = "max(fence + 1, cast(unixepoch('subsec') * 1000 as integer))";
/** Nothing is kept of a customer who was erased meanwhile. */
const STILL_THEIRS = 'from entries where position = ? and customer_id = ?';

const SQL = {
  count: 'select count(*) as count from consumers',
  create: `insert into consumers (name, position, digest, fence, beats, changes, state) values (?, ?, ?, 0, 0, 0, 'RUNNING')`,
  list: `select ${CONSUMER_COLUMNS} from consumers order by name`,
  find: `select ${CONSUMER_COLUMNS} from consumers where name = ?`,
  remove: 'delete from consumers where name = ?',
  dropRetries: 'delete from consumer_retries where consumer = ?',
  dropDeadLetters: 'delete from consumer_dead_letters where consumer = ?',
  acquire: `update consumers set fence = ${NEXT_FENCE}, holder = ?, beats = 0
    where name = ? and fence = ? and beats = ? and state = 'RUNNING'`,
  beat: 'update consumers set beats = beats + 1 where name = ? and fence = ? returning state, changes',
  move: 'update consumers set position = ?, digest = ? where name = ?',
  retry: `insert into consumer_retries (consumer, position, customer_id, attempts, replayed)
    select ?, position, customer_id, ?, ? ${STILL_THEIRS}
    on conflict (consumer, position) do update set attempts = excluded.attempts`,
  finish: 'delete from consumer_retries where consumer = ? and position = ?',
  giveUp: `insert into consumer_dead_letters (consumer, position, customer_id, attempts, error, failed_at)
    select ?, position, customer_id, ?, ?, ? ${STILL_THEIRS}
    on conflict (consumer, position) do update set attempts = excluded.attempts, error = excluded.error, failed_at = excluded.failed_at`,
  countDeadLetters: 'select count(*) as count from consumer_dead_letters where consumer = ?',
  release: 'update consumers set holder = null where name = ? and fence = ?',
  stop: "update consumers set holder = null, state = 'STOPPED', error = ? where name = ? and fence = ?",
  retries: `select position, customer_id, attempts, replayed from consumer_retries
    where consumer = ? and position > ? order by position limit ?`,
  setState: 'update consumers set state = ?, error = null, changes = changes + 1 where name = ?',
  revoke: `update consumers set fence = ${NEXT_FENCE}, holder = null, error = null,
    state = case when state = 'STOPPED' then 'RUNNING' else state end where name = ?`,
  earliestFailed: `select position, customer_id, attempts, replayed from consumer_retries
    where consumer = ? and attempts > 0 order by position limit 1`,
  changed: 'update consumers set changes = changes + 1 where name = ?',
  deadLetters: `select ${CONSUMER_DEAD_LETTER_COLUMNS} from consumer_dead_letters
    where consumer = ? and id < ? order by id desc limit ?`,
  deadLetter: `select ${CONSUMER_DEAD_LETTER_COLUMNS} from consumer_dead_letters where id = ?`,
  deadLetterAt: `select ${CONSUMER_DEAD_LETTER_COLUMNS} from consumer_dead_letters where consumer = ? and position = ?`,
  discard: 'delete from consumer_dead_letters where id = ?',
} as const;

/** The store on a journal's connection, whose transactions are `transact`. */
export function sqliteConsumers(
  database: DatabaseSync,
  transact: Transact,
  limits: ConsumerLimits = CONSUMER_LIMITS,
): Consumers {
  const sql = prepareAll(database, SQL);
  // Losing a place only means that its updates are handled again.
  const transactSave = syncedSeldom(database, transact);
  const find = (name: string): ConsumerRecord | null => {
    const row = sql.find.get(name) as unknown as ConsumerRow | undefined;
    return row === undefined ? null : readConsumer(row);
  };
  const earliestFirst = (ids: readonly number[]): number[] => [...new Set(ids)].sort((a, b) => a - b);
  const changed = (name: string, change: () => void): ConsumerRecord | null =>
    transact(() => {
      change();
      return find(name);
    });
  return {
    create: (name, { position, digest }) =>
      transact(() => {
        if (find(name) !== null) return 'exists';
        if (countOf(sql.count.get()) >= limits.consumers) return 'full';
        sql.create.run(name, position, digest);
        return 'created';
      }),
    list: () => (sql.list.all() as unknown as ConsumerRow[]).map(readConsumer),
    find,
    remove: (name) =>
      transact(() => {
        sql.dropRetries.run(name);
        sql.dropDeadLetters.run(name);
        return sql.remove.run(name).changes > 0;
      }),
    acquire: ({ name, fence, beats }, holder) =>
      transact(() => (sql.acquire.run(holder, name, fence, beats).changes > 0 ? find(name) : null)),
    save: (lease, changes) => transactSave(() => save(sql, limits, lease, changes)),
    release: ({ name, fence }, error) =>
      transact(() => {
        if (error === undefined) sql.release.run(name, fence);
        else sql.stop.run(writeConsumerError(error), name, fence);
      }),
    retries: (name, position, limit) =>
      (sql.retries.all(name, position, limit) as unknown as ConsumerRetryRow[]).map(readRetry),
    setState: (name, state) => changed(name, () => sql.setState.run(state, name)),
    reset: (name, { position, digest }) =>
      changed(name, () => {
        sql.revoke.run(name);
        sql.move.run(position, digest, name);
        sql.dropRetries.run(name);
      }),
    skip: (name, given) => transact(() => skip(sql, name, given)),
    deadLetters: ({ consumer, before, limit }) =>
      deadLettersIn(sql.deadLetters.all(consumer, before ?? Number.MAX_SAFE_INTEGER, limit)),
    replay: (ids) =>
      transact(() => {
        const found = earliestFirst(ids).flatMap((id) => deadLettersIn(sql.deadLetter.all(id)));
        for (const { id, consumer, position, customerId } of found) {
          sql.changed.run(consumer);
          sql.retry.run(consumer, 0, 1, position, customerId);
          sql.discard.run(id);
        }
        return found;
      }),
    discard: (ids) => transact(() => earliestFirst(ids).filter((id) => sql.discard.run(id).changes > 0)),
  };
}

function save(
  sql: Statements<typeof SQL>,
  limits: ConsumerLimits,
  { name, fence }: ConsumerLease,
  { place, retries = [], finished = [], deadLetters = [] }: ConsumerChanges,
): ConsumerSaved | null {
  const row = sql.beat.get(name, fence) as unknown as Pick<ConsumerSaved, 'state' | 'changes'> | undefined;
  if (row === undefined) return null;
  if (place !== undefined) sql.move.run(place.position, place.digest, name);
  const isFull =
    deadLetters.length > 0 && countOf(sql.countDeadLetters.get(name)) + deadLetters.length > limits.deadLetters;
  for (const retry of retries) keep(sql, name, retry);
  for (const position of finished) sql.finish.run(name, position);
  for (const deadLetter of deadLetters) {
    if (isFull) keep(sql, name, { ...deadLetter, isReplayed: false });
    else giveUp(sql, name, deadLetter);
  }
  return { ...row, isFull };
}

function keep(
  sql: Statements<typeof SQL>,
  name: string,
  { position, customerId, attempts, isReplayed }: ConsumerRetry,
): void {
  sql.retry.run(name, attempts, Number(isReplayed), position, customerId);
}

function giveUp(sql: Statements<typeof SQL>, name: string, deadLetter: NewConsumerDeadLetter): void {
  const { position, customerId, attempts, error, failedAt } = deadLetter;
  sql.giveUp.run(name, attempts, writeConsumerError(error), failedAt, position, customerId);
  sql.finish.run(name, position);
}

function skip(
  sql: Statements<typeof SQL>,
  name: string,
  given: Pick<NewConsumerDeadLetter, 'error' | 'failedAt'>,
): ConsumerDeadLetter | null {
  const failed = sql.earliestFailed.get(name) as unknown as ConsumerRetryRow | undefined;
  if (failed === undefined) return null;
  sql.revoke.run(name);
  giveUp(sql, name, { ...readRetry(failed), ...given });
  return deadLettersIn(sql.deadLetterAt.all(name, failed.position))[0] ?? null;
}

function deadLettersIn(rows: readonly unknown[]): ConsumerDeadLetter[] {
  return (rows as readonly ConsumerDeadLetterRow[]).map(readConsumerDeadLetter);
}

function countOf(row: Readonly<Record<string, unknown>> | undefined): number {
  return Number(row?.['count'] ?? 0);
}
