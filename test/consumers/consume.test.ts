/** Named consumers on both stores, as the application's code uses them. */
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ConsumeOptions,
  type ConsumerContext,
  createKycGateway,
  type KycGateway,
  type KycStatus,
  type KycUpdate,
} from '../../src/index.ts';
import { openJournal } from '../../src/journal/open.ts';
import { freshDatabase } from '../support/postgres.ts';
import { CALLBACK_SECRET, JWT_SECRET } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NAME = 'risk-engine';
const QUICK: ConsumeOptions = { from: 'earliest', firstRetryMs: 1, maxRetryMs: 1, leaseMs: 500 };
const SLOW_RETRY: ConsumeOptions = { ...QUICK, firstRetryMs: 60_000, maxRetryMs: 60_000 };

/** An update as a handler saw it. */
type Seen = Pick<ConsumerContext, 'attempt' | 'replayed' | 'fence'> & { readonly what: string };

describe.each(['sqlite', 'postgres'] as const)('%s', (store) => {
  let resources: AsyncDisposableStack;
  let databaseUrl: string;
  let gateway: KycGateway;

  beforeEach(async () => {
    resources = new AsyncDisposableStack();
    const folder = resources.use(temporaryFolder());
    databaseUrl = store === 'sqlite' ? `sqlite:${folder.path}/kyc.db` : await freshDatabase();
    gateway = await open();
  });
  afterEach(async () => resources.disposeAsync());

  async function open(): Promise<KycGateway> {
    const opened = await createKycGateway({
      secrets: { current: CALLBACK_SECRET },
      databaseUrl,
      access: { key: { secret: JWT_SECRET } },
      log: pino({ level: 'silent' }),
    });
    resources.defer(() => opened.stop());
    await opened.start();
    return opened;
  }
  async function restart(): Promise<void> {
    await gateway.stop();
    gateway = await open();
  }
  const record = async (customerId: string, ...statuses: KycStatus[]) => {
    for (const status of statuses) await gateway.record({ customerId, status }, { by: 'test' });
  };
  const nameOf = ({ customerId, revision }: KycUpdate) => `${customerId}${revision}`;
  /** A handler that fails for what `fails` says, and what it saw. */
  function handler(fails: (what: string, context: ConsumerContext) => boolean = () => false) {
    const seen: Seen[] = [];
    const handle = (update: KycUpdate, context: ConsumerContext) => {
      const { attempt, replayed, fence } = context;
      seen.push({ what: nameOf(update), attempt, replayed, fence });
      if (fails(nameOf(update), context)) throw new Error(`no ${nameOf(update)}`);
    };
    return { seen, handle, handled: () => seen.map(({ what }) => what) };
  }
  const state = async () => (await gateway.consumers.list())[0];
  const metrics = () => gateway.metrics.registry.metrics();
  const code = (expected: string) => expect.objectContaining({ name: 'KycError', code: expected });

  test('hands over every update once, in order, and then the live ones', async () => {
    await record('a', 'CREATED', 'KYC_PENDING');
    await record('b', 'CREATED');
    const { handled, seen, handle } = handler();
    await gateway.consume(NAME, handle, QUICK);
    await record('a', 'FULL_USER');
    await expect.poll(handled).toEqual(['a1', 'a2', 'b1', 'a3']);
    expect(seen).toMatchObject(seen.map(() => ({ attempt: 1, replayed: false })));
    await expect.poll(async () => (await state())?.lagEntries).toBe(0);
    expect(await state()).toMatchObject({ name: NAME, state: 'RUNNING', error: null, retries: 0, lagSeconds: 0 });
  });

  test('goes on after a restart where it was, whatever `from` says then', async () => {
    await record('a', 'CREATED');
    const [first, second] = [handler(), handler()];
    await gateway.consume(NAME, first.handle, QUICK);
    await expect.poll(first.handled).toEqual(['a1']);
    await restart();
    await record('a', 'KYC_PENDING');
    await gateway.consume(NAME, second.handle, QUICK);
    await expect.poll(second.handled).toEqual(['a2']);
    expect(second.seen[0]?.fence).toBeGreaterThan(first.seen[0]?.fence ?? Number.POSITIVE_INFINITY);
  });

  test('starts now, or after a cursor', async () => {
    await record('a', 'CREATED', 'KYC_PENDING');
    const [now, after] = [handler(), handler()];
    await gateway.consume('now', now.handle);
    const { value: first } = await gateway.updates({ after: 'earliest' }).next();
    await gateway.consume('after', after.handle, { from: first?.cursor ?? '' });
    await record('a', 'FULL_USER');
    await expect.poll(now.handled).toEqual(['a3']);
    await expect.poll(after.handled).toEqual(['a2', 'a3']);
  });

  test('a filter passes over the other updates', async () => {
    await record('a', 'CREATED', 'FULL_USER', 'KYC_PENDING');
    const { handled, handle } = handler();
    await gateway.consume(NAME, handle, { ...QUICK, filter: { statuses: ['FULL_USER'] } });
    await expect.poll(async () => (await state())?.lagEntries).toBe(0);
    expect(handled()).toEqual(['a2']);
  });

  test('a customer that fails waits, in order, and the others go on', async () => {
    await record('a', 'CREATED', 'KYC_PENDING');
    await record('b', 'CREATED', 'KYC_PENDING');
    const { handled, seen, handle } = handler((what, { attempt }) => what === 'a1' && attempt < 3);
    await gateway.consume(NAME, handle, QUICK);
    await expect.poll(() => handled().length).toBe(6);
    expect(handled().filter((what) => what.startsWith('a'))).toEqual(['a1', 'a1', 'a1', 'a2']);
    expect(handled().slice(0, 3)).toEqual(['a1', 'b1', 'b2']);
    expect(seen.filter(({ what }) => what === 'a1').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    await expect.poll(async () => (await state())?.retries).toBe(0);
  });

  test('what is being retried survives a restart, with its attempts', async () => {
    await record('a', 'CREATED', 'KYC_PENDING');
    await record('b', 'CREATED');
    await gateway.consume(NAME, handler((what) => what === 'a1').handle, SLOW_RETRY);
    await expect.poll(state).toMatchObject({ retries: 2, lagEntries: 0 });
    await restart();
    const { handled, seen, handle } = handler();
    await gateway.consume(NAME, handle, QUICK);
    await expect.poll(handled).toEqual(['a1', 'a2']);
    expect(seen[0]?.attempt).toBe(2);
  });

  test('a retry that the place has not passed is handled once after a restart', async () => {
    await record('a', 'CREATED');
    await record('b', 'CREATED');
    const handle = ({ customerId }: KycUpdate, { signal }: ConsumerContext) =>
      new Promise((_resolve, reject) => {
        if (customerId === 'b') reject(new Error('no b1'));
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    await gateway.consume(NAME, handle, { ...SLOW_RETRY, concurrency: 2 });
    await expect.poll(state).toMatchObject({ retries: 1, lagEntries: 2 });
    await restart();
    const { handled, handle: again } = handler();
    await gateway.consume(NAME, again, QUICK);
    await expect.poll(state).toMatchObject({ retries: 0, lagEntries: 0 });
    expect(handled().toSorted()).toEqual(['a1', 'b1']);
  });

  test('after the last attempt an update is a dead letter, and its customer goes on; a replay is marked', async () => {
    await record('a', 'CREATED', 'KYC_PENDING');
    let isRepaired = false;
    const { handled, seen, handle } = handler((what) => what === 'a1' && !isRepaired);
    await gateway.consume(NAME, handle, { ...QUICK, attempts: 2 });
    await expect.poll(handled).toEqual(['a1', 'a1', 'a2']);
    await expect.poll(async () => (await state())?.deadLetters).toBe(1);
    const { nodes, pageInfo } = await gateway.consumers.deadLetters.list(NAME);
    expect(pageInfo.hasNextPage).toBe(false);
    const [deadLetter] = nodes;
    expect(deadLetter).toMatchObject({ consumer: NAME, customerId: 'a', attempts: 2, error: 'no a1' });
    expect(deadLetter?.update).toMatchObject({ customerId: 'a', revision: 1 });
    isRepaired = true;
    const id = deadLetter?.id ?? '';
    expect(await gateway.consumers.deadLetters.replay([id], { by: 'jane' })).toEqual([id]);
    await expect.poll(() => seen.at(-1)).toMatchObject({ what: 'a1', attempt: 1, replayed: true });
    await expect.poll(state).toMatchObject({ deadLetters: 0, retries: 0 });
    expect(handled()).toHaveLength(4);
  });

  test('discards dead letters', async () => {
    await record('a', 'CREATED');
    await gateway.consume(NAME, handler(() => true).handle, { ...QUICK, attempts: 1 });
    await expect.poll(async () => (await state())?.deadLetters).toBe(1);
    const [deadLetter] = (await gateway.consumers.deadLetters.list(NAME)).nodes;
    expect(await gateway.consumers.deadLetters.discard([deadLetter?.id ?? '', '999'])).toEqual([deadLetter?.id]);
    expect((await state())?.deadLetters).toBe(0);
  });

  test('handlers run side by side for different customers, and never for one', async () => {
    for (const customerId of ['a', 'b', 'c', 'd', 'e']) await record(customerId, 'CREATED', 'KYC_PENDING');
    const running = new Set<string>();
    let [most, count, doubles] = [0, 0, 0];
    const handle = async ({ customerId }: KycUpdate) => {
      if (running.has(customerId)) doubles++;
      running.add(customerId);
      most = Math.max(most, running.size);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.delete(customerId);
      count++;
    };
    await gateway.consume(NAME, handle, { ...QUICK, concurrency: 3 });
    await expect.poll(() => count).toBe(10);
    expect([most, doubles]).toEqual([3, 0]);
  });

  test('a handler that hangs fails at its deadline, and is told', async () => {
    await record('a', 'CREATED');
    const reasons: unknown[] = [];
    const handle = (_update: KycUpdate, { attempt, signal }: ConsumerContext) => {
      if (attempt > 1) return undefined;
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      return new Promise(() => {});
    };
    await gateway.consume(NAME, handle, { ...QUICK, timeoutMs: 50 });
    await expect.poll(state).toMatchObject({ lagEntries: 0, retries: 0 });
    expect(reasons).toEqual([expect.objectContaining({ name: 'TimeoutError' })]);
  });

  test('stopping tells the handler, does not count the attempt, and gives the lease back', async () => {
    await record('a', 'CREATED');
    const { promise: started, resolve } = Promise.withResolvers<void>();
    let told = 0;
    const handle = (_update: KycUpdate, { signal }: ConsumerContext) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          told++;
          reject(signal.reason);
        });
        resolve();
      });
    await gateway.consume(NAME, handle, { ...QUICK, leaseMs: 60_000 });
    await started;
    await restart();
    expect(told).toBe(1);
    const { seen, handle: again } = handler();
    await gateway.consume(NAME, again, { ...QUICK, leaseMs: 60_000 });
    await expect.poll(() => seen).toMatchObject([{ what: 'a1', attempt: 1 }]);
  });

  test('is paused, resumed and reset', async () => {
    await record('a', 'CREATED');
    const { handled, handle } = handler();
    await gateway.consume(NAME, handle, QUICK);
    await expect.poll(handled).toEqual(['a1']);
    expect(await metrics()).toMatch(/consumer_connected{[^}]*} 1/);
    expect(await gateway.consumers.pause(NAME, { by: 'jane' })).toMatchObject({ state: 'PAUSED' });
    await expect.poll(metrics).toMatch(/consumer_connected{[^}]*} 0/);
    await record('a', 'KYC_PENDING');
    await expect.poll(async () => (await state())?.lagEntries).toBe(1);
    expect(handled()).toEqual(['a1']);
    await gateway.consumers.resume(NAME);
    await expect.poll(handled).toEqual(['a1', 'a2']);
    await gateway.consumers.reset(NAME, 'earliest');
    await expect.poll(handled).toEqual(['a1', 'a2', 'a1', 'a2']);
    await expect(gateway.consumers.pause('nobody')).rejects.toEqual(code('BAD_USER_INPUT'));
  });

  test('skips what failed, and removes a consumer', async () => {
    await record('a', 'CREATED', 'KYC_PENDING');
    const { handled, handle } = handler((what) => what === 'a1');
    await gateway.consume(NAME, handle, SLOW_RETRY);
    await expect.poll(async () => (await state())?.retries).toBe(2);
    const skipped = await gateway.consumers.skip(NAME, { by: 'jane' });
    expect(skipped).toMatchObject({ customerId: 'a', error: 'Skipped by jane.', update: { revision: 1 } });
    await expect.poll(handled).toEqual(['a1', 'a2']);
    await expect.poll(async () => (await state())?.retries).toBe(0);
    expect(await gateway.consumers.skip(NAME)).toBeNull();
    await gateway.consumers.remove(NAME);
    expect(await gateway.consumers.list()).toEqual([]);
  });

  test('without room for dead letters it stops, and loses nothing', async () => {
    const customers = Array.from({ length: 1_020 }, (_, index) => `c${index}`);
    await Promise.all(customers.map((customerId) => record(customerId, 'CREATED')));
    let isRepaired = false;
    const { handled, handle } = handler(() => !isRepaired);
    await gateway.consume(NAME, handle, { ...QUICK, attempts: 1, concurrency: 8 });
    await expect.poll(state).toMatchObject({ state: 'STOPPED', error: expect.stringContaining('no room') });
    const { nodes } = await gateway.consumers.deadLetters.list(NAME, { first: 200 });
    await gateway.consumers.deadLetters.discard(nodes.map(({ id }) => id));
    isRepaired = true;
    await gateway.consumers.resume(NAME);
    await expect.poll(state).toMatchObject({ state: 'RUNNING', lagEntries: 0, retries: 0 });
    expect(new Set(handled()).size).toBe(customers.length);
  });

  test('a journal that does not hold its place stops it, and a reset lets it go on', async () => {
    await record('a', 'CREATED');
    await gateway.consume(NAME, () => {}, QUICK);
    await expect.poll(async () => (await state())?.lagEntries).toBe(0);
    // As after a restored backup: the journal holds something else there.
    await gateway.stop();
    const journal = await openJournal(databaseUrl);
    await journal.consumers.reset(NAME, { position: 1, digest: new Uint8Array(32) });
    await journal.close();
    gateway = await open();
    const { handled, handle } = handler();
    await gateway.consume(NAME, handle, QUICK);
    await expect.poll(state).toMatchObject({ state: 'STOPPED', error: expect.stringContaining('hold') });
    await expect.poll(metrics).toMatch(/consumer_stops_total{[^}]*reason="cursor_unknown"[^}]*} 1/);
    expect(await metrics()).toMatch(/consumer_stopped{[^}]*} 1/);
    await gateway.consumers.reset(NAME, 'earliest');
    await expect.poll(handled).toEqual(['a1']);
  });

  test('an erased customer is neither retried nor kept', async () => {
    await record('a', 'CREATED', 'KYC_PENDING');
    await record('b', 'CREATED');
    const { handled, handle } = handler((what) => what === 'a1');
    await gateway.consume(NAME, handle, { ...QUICK, firstRetryMs: 500, maxRetryMs: 500 });
    await expect.poll(state).toMatchObject({ retries: 2 });
    await gateway.erase('a', { by: 'privacy' });
    expect(await state()).toMatchObject({ retries: 0, deadLetters: 0 });
    await record('b', 'KYC_PENDING');
    await expect.poll(handled).toEqual(['a1', 'b1', 'b2']);
    await expect.poll(state).toMatchObject({ retries: 0, lagEntries: 0 });
  });

  describe('with the cursor of its owner', () => {
    test('is handed each update once, whatever the store has kept', async () => {
      let cursor: string | null = null;
      const fences: number[] = [];
      const seen: string[] = [];
      const from = async ({ fence }: Pick<ConsumerContext, 'fence'>) => {
        fences.push(fence);
        return cursor;
      };
      const handle = (update: KycUpdate) => {
        seen.push(nameOf(update));
        cursor = update.cursor;
      };
      await record('a', 'CREATED', 'KYC_PENDING');
      await record('b', 'CREATED');
      const consumer = await gateway.consume(NAME, handle, { from, leaseMs: 500 });
      await expect.poll(() => seen).toEqual(['a1', 'a2', 'b1']);
      await consumer.stop();
      // As if the store had not heard of them.
      await gateway.consumers.reset(NAME, 'earliest');
      await record('b', 'KYC_PENDING');
      await gateway.consume(NAME, handle, { from, leaseMs: 500 });
      await expect.poll(() => seen).toEqual(['a1', 'a2', 'b1', 'b2']);
      expect(fences).toHaveLength(2);
      expect(fences[1]).toBeGreaterThan(fences[0] ?? 0);
    });

    test('stops at a failure; resuming tries again, skipping passes over it', async () => {
      let cursor: string | null = null;
      await record('a', 'CREATED');
      await record('b', 'CREATED');
      const { handled, handle } = handler((what) => what === 'a1');
      const transact = (update: KycUpdate, context: ConsumerContext) => {
        handle(update, context);
        cursor = update.cursor;
      };
      await gateway.consume(NAME, transact, { leaseMs: 500, from: async () => cursor });
      await expect.poll(state).toMatchObject({ state: 'STOPPED', error: expect.stringContaining('no a1') });
      expect(handled()).toEqual(['a1']);
      await gateway.consumers.resume(NAME);
      await expect.poll(handled).toEqual(['a1', 'a1']);
      await expect.poll(state).toMatchObject({ state: 'STOPPED' });
      expect(await gateway.consumers.skip(NAME)).toMatchObject({ customerId: 'a', update: { revision: 1 } });
      await expect.poll(handled).toEqual(['a1', 'a1', 'b1']);
    });

    test('waits while its owner cannot read the cursor', async () => {
      let calls = 0;
      await record('a', 'CREATED');
      const { handled, handle } = handler();
      const from = async () => {
        if (++calls === 1) throw new Error('connection refused');
        return null;
      };
      await gateway.consume(NAME, handle, { leaseMs: 500, from });
      await expect.poll(handled).toEqual(['a1']);
      expect(calls).toBe(2);
    });
  });

  test('refuses what cannot be right', async () => {
    const { handle } = handler();
    const wrong: [name: string, options: object][] = [
      ['', {}],
      ['a b', {}],
      ['x'.repeat(65), {}],
      [NAME, { concurrency: 0 }],
      [NAME, { from: async () => null, concurrency: 2 }],
      [NAME, { from: 'no cursor' }],
      [NAME, { from: 7 }],
      [NAME, { leaseMs: 1 }],
      [NAME, { attempts: 1.5 }],
    ];
    for (const [name, options] of wrong) {
      const refused = gateway.consume(name, handle, options);
      await expect(refused, JSON.stringify([name, options])).rejects.toEqual(code('BAD_USER_INPUT'));
    }
    expect(await gateway.consumers.list()).toEqual([]);
    await gateway.consume(NAME, handle, QUICK);
    await expect(gateway.consume(NAME, handle, QUICK)).rejects.toEqual(code('BAD_USER_INPUT'));
    await gateway.stop();
    await expect(gateway.consume('other', handle, QUICK)).rejects.toEqual(code('SHUTTING_DOWN'));
  });
});
