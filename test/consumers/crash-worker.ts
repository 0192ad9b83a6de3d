/**
 * A process of crash.test.ts: records updates, and consumes them in both forms until it is killed.
 *
 * `log`: writes a line for each update that it has handled. `owner`: handles each in a transaction of a database of its own, with the
 * cursor and the fence.
 */
import { randomInt } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { type ConsumerContext, createKycGateway, type KycUpdate } from '../../src/index.ts';

const CUSTOMERS = 12;
const STATUSES = ['CREATED', 'KYC_NEEDED', 'KYC_PENDING', 'SOFT_KYC_FAILED'] as const;
const [databaseUrl = '', folder = '', isFeeding = ''] = process.argv.slice(2);

const owner = new DatabaseSync(`${folder}/owner.db`);
// Killing a process loses nothing that was written: there is no need to sync.
owner.exec(`pragma busy_timeout = 5000; pragma synchronous = off;
  create table if not exists handled (customer_id text, revision integer, primary key (customer_id, revision));
  create table if not exists state (id integer primary key, cursor text, fence integer);
  insert or ignore into state values (1, null, 0)`);

/** Works in the owner's transaction, unless another lease has been there. */
function transact<Result>(fence: number, work: () => Result): Result {
  owner.exec('begin immediate');
  try {
    const held = Number(owner.prepare('select fence from state').get()?.['fence']);
    if (held > fence) throw new Error(`Fenced: ${fence} is not ${held}.`);
    owner.prepare('update state set fence = ?').run(fence);
    const result = work();
    owner.exec('commit');
    return result;
  } catch (error) {
    owner.exec('rollback');
    throw error;
  }
}

const gateway = await createKycGateway({
  secrets: { current: 'the callback secret of the tests' },
  databaseUrl,
  access: { key: { secret: 'the JWT secret of the tests, of thirty-two bytes or more' } },
  log: pino({ level: 'silent' }),
});
await gateway.start();

const toLog = async ({ customerId, revision }: KycUpdate, { attempt, fence }: ConsumerContext): Promise<void> => {
  // Some work, some of which fails: a repetition of the same attempt in another process may succeed.
  await new Promise((resolve) => setTimeout(resolve, randomInt(4)));
  if (attempt === 1 && randomInt(20) === 0) throw new Error('Not this time.');
  appendFileSync(`${folder}/log`, `${JSON.stringify({ pid: process.pid, fence, customerId, revision })}\n`);
};
const toOwner = ({ customerId, revision, cursor }: KycUpdate, { fence }: ConsumerContext): void =>
  transact(fence, () => {
    owner.prepare('insert into handled values (?, ?)').run(customerId, revision);
    owner.prepare('update state set cursor = ?').run(cursor);
  });
await gateway.consume('log', toLog, { from: 'earliest', concurrency: 4, leaseMs: 500, firstRetryMs: 10 });
await gateway.consume('owner', toOwner, {
  leaseMs: 500,
  from: async ({ fence }) =>
    transact(fence, () => owner.prepare('select cursor from state').get()?.['cursor'] as string),
});
process.stdout.write('ready\n');

while (isFeeding === 'feed') {
  const status = STATUSES[randomInt(STATUSES.length)] ?? 'CREATED';
  await gateway.record({ customerId: `c${randomInt(CUSTOMERS)}`, status }, { by: 'feeder' });
  await new Promise((resolve) => setTimeout(resolve, 3));
}
