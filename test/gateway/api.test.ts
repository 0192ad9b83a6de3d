/** The code API on both stores: what it reads and changes, by whose right, and how everything that waits ends. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKycGateway, type KycGateway, type KycUpdate, type Viewer } from '../../src/index.ts';
import { freshDatabase } from '../support/postgres.ts';
import { adminToken, ask, CALLBACK_SECRET, JWT_SECRET, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { API_KEY, startXgateway, type XgatewayStandIn } from '../support/xgateway.ts';

const USER: Viewer = { subject: 'u', customerId: 'a', mayRead: false, mayAdmin: false, expiresAt: null };
const STAFF: Viewer = { ...USER, customerId: null, mayRead: true };
const ADMIN: Viewer = { ...STAFF, mayAdmin: true };

describe.each(['sqlite', 'postgres'] as const)('%s', (store) => {
  let resources: AsyncDisposableStack;
  let gateway: KycGateway;
  let xgateway: XgatewayStandIn;
  let url: string;

  beforeEach(async () => {
    resources = new AsyncDisposableStack();
    const folder = resources.use(temporaryFolder());
    xgateway = resources.use(await startXgateway());
    gateway = await createKycGateway({
      secrets: { current: CALLBACK_SECRET },
      databaseUrl: store === 'sqlite' ? `sqlite:${folder.path}/kyc.db` : await freshDatabase(),
      access: { key: { secret: JWT_SECRET } },
      xgatewayApi: { key: API_KEY, url: xgateway.url, allowHttp: true },
      requireConfirmation: false,
      log: pino({ level: 'silent' }),
    });
    resources.defer(() => gateway.stop());
    await gateway.start();
    const server = createServer(express().use('/callbacks', gateway.callbacks).use('/graphql', gateway.graphql));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    resources.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => resources.disposeAsync());

  async function receive(customerId: string, status: string | null, said: object = {}): Promise<void> {
    const body = signedCallback(customerId, { status, ...said });
    expect((await fetch(`${url}/callbacks`, { method: 'POST', body })).status).toBe(200);
  }
  const code = (expected: string) => expect.objectContaining({ name: 'KycError', code: expected });
  async function take(updates: AsyncIterable<KycUpdate>, count: number): Promise<KycUpdate[]> {
    const taken: KycUpdate[] = [];
    for await (const update of updates) if (taken.push(update) === count) break;
    return taken;
  }
  const seen = (updates: readonly KycUpdate[]) => updates.map(({ customerId, status }) => `${customerId} ${status}`);

  test('what the application does to a view changes no later answer', async () => {
    const report = { customerId: 'a', status: 'KYC_PENDING', missingDocuments: ['ID_CARD', 'SELFIE'] } as const;
    await gateway.record(report, { by: 'crm' });
    for (let n = 0; n < 3; n++) {
      const kyc = await gateway.kyc('a');
      expect(kyc).toMatchObject({ missingDocuments: ['ID_CARD', 'SELFIE'], rejectLabels: [] });
      expect(kyc?.latestUpdate.extra).toEqual({ importedBy: 'crm' });
      (kyc?.missingDocuments as string[] | undefined)?.pop();
      (kyc?.rejectLabels as string[] | undefined)?.push('x');
      Object.assign(kyc?.latestUpdate.extra ?? {}, { more: n });
    }
  });

  /** Changes every list, object and time within a view. */
  function spoil(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    if (value instanceof Date) value.setTime(0);
    for (const one of Object.values(value)) spoil(one);
    if (Array.isArray(value)) value.push('spoilt');
    else if (!Object.isFrozen(value)) Object.assign(value, { spoilt: true });
  }

  test('a change at any depth of a view changes no later answer', async () => {
    const said = {
      docsMissing: ['SELFIE'],
      kycRejectLabel: 'BAD_SELFIE',
      a: { b: [{ c: 1 }] },
      precise: { n: [1.0, 2] },
    };
    await receive('a', 'FULL_USER', said);
    await gateway.correct('a', 1, 'SOFT_KYC_FAILED', { by: 'jane', reason: 'phone' });
    await receive('a', 'KYC_PENDING', said);
    const shown = async () =>
      JSON.stringify([await gateway.kyc('a'), await take(gateway.updates({ after: 'earliest' }), 3)]);
    const before = await shown();
    spoil(await gateway.kyc('a'));
    spoil(await gateway.as(ADMIN).kyc('a'));
    spoil(await gateway.kycMany(['a']));
    spoil(await gateway.kyc('a', { asOf: Date.now() }));
    spoil(await take(gateway.updates({ after: 'earliest' }), 3));
    spoil(await take(gateway.updates({ customerId: 'a' }), 1));
    spoil(await gateway.waitFor('a', () => true));
    spoil(await gateway.attention());
    const handled = Promise.withResolvers<void>();
    await gateway.consume(
      'spoiler',
      async (update) => {
        spoil(update);
        if (update.revision === 3) handled.resolve();
      },
      { from: 'earliest' },
    );
    await handled.promise;
    expect(await shown()).toBe(before);
  });

  describe('reading', () => {
    test('says the same as GraphQL', async () => {
      await receive('a', 'KYC_PENDING', { unknownField: 7 });
      await receive('a', 'FULL_USER');
      await receive('a', 'SOFT_KYC_FAILED', { rejectLabels: ['BAD_SELFIE'], kycEndUserErrorMessage: 'again' });
      await receive('a', 'FULL_USER');
      await gateway.confirm('a', 4, { by: 'jane', reason: 'seen', evidenceUrl: 'https://x.example/1' });
      const state = `customerId revision status rawStatus processingStatus rejectLabels endUserMessage nextAction verified inDoubt doubtReason
        confirmed confirmedBy { source by secondBy reason evidenceUrl secondReason secondEvidenceUrl at }`;
      const query = `{ kyc(customerId: "a") { ${state} firstSeenAt updatedAt confirmedAt latestUpdate { ${state} cursor
        previousStatus reversal repeatsRevision possiblyLate source receivedAt extra requestId } } }`;
      const { data, errors } = await ask(url, query, await adminToken());
      expect(errors).toBeUndefined();
      const { missingDocuments, latestUpdate, ...kyc } = JSON.parse(JSON.stringify(await gateway.kyc('a')));
      const { missingDocuments: ofUpdate, ...update } = latestUpdate;
      expect({ ...kyc, latestUpdate: update }).toEqual(data.kyc);
      expect([missingDocuments, ofUpdate]).toEqual([[], []]);
      expect(kyc).toMatchObject({ verified: true, confirmedBy: { source: 'STAFF', by: 'jane' } });
    });

    test('answers null for a customer that XGateway never reported', async () => {
      expect(await gateway.kyc('nobody')).toBeNull();
      expect(await gateway.kycMany([])).toEqual([]);
    });

    test('reads many in the order asked, 200 at most', async () => {
      await receive('a', 'CREATED');
      await receive('b', null);
      const found = await gateway.kycMany(['b', 'nobody', 'a']);
      expect(found.map((kyc) => kyc && [kyc.customerId, kyc.status])).toEqual([
        ['b', 'NOT_STARTED'],
        null,
        ['a', 'CREATED'],
      ]);
      const many = Array.from({ length: 201 }, (_, index) => `c${index}`);
      await expect(gateway.kycMany(many)).rejects.toEqual(code('BAD_USER_INPUT'));
      await expect(gateway.kycMany(['a', ''])).rejects.toEqual(code('BAD_USER_INPUT'));
    });

    test('knows a customer as of a moment', async () => {
      await receive('a', 'CREATED');
      const { updatedAt } = (await gateway.kyc('a')) ?? expect.fail();
      await expect.poll(() => Date.now()).toBeGreaterThan(updatedAt.getTime());
      await receive('a', 'FULL_USER');
      expect((await gateway.kyc('a', { asOf: updatedAt }))?.status).toBe('CREATED');
      expect((await gateway.kyc('a', { asOf: updatedAt.getTime() }))?.status).toBe('CREATED');
      expect(await gateway.kyc('a', { asOf: new Date(0) })).toBeNull();
      await expect(gateway.kyc('a', { asOf: new Date(Number.NaN) })).rejects.toEqual(code('BAD_USER_INPUT'));
    });

    test.each(['', '..', 'a\u0000', '\ud800'])('refuses %j, which is no customer ID', async (id) => {
      await expect(gateway.kyc(id)).rejects.toEqual(code('BAD_USER_INPUT'));
      await expect(gateway.updates({ customerId: id }).next()).rejects.toEqual(code('BAD_USER_INPUT'));
    });
  });

  describe('as a viewer', () => {
    test('an end user reads their own customer only, existing or not', async () => {
      await receive('a', 'CREATED');
      await receive('b', 'CREATED');
      expect((await gateway.as(USER).kyc('a'))?.status).toBe('CREATED');
      for (const other of ['b', 'nobody']) {
        await expect(gateway.as(USER).kyc(other)).rejects.toEqual(code('FORBIDDEN'));
      }
      await expect(gateway.as(USER).kycMany(['a'])).rejects.toEqual(code('FORBIDDEN'));
      expect(await gateway.as(STAFF).kycMany(['a', 'b'])).toHaveLength(2);
    });

    test('null, or an expired viewer, is UNAUTHENTICATED', async () => {
      for (const viewer of [null, { ...ADMIN, expiresAt: Date.now() - 1 }]) {
        await expect(gateway.as(viewer).kyc('a')).rejects.toEqual(code('UNAUTHENTICATED'));
        await expect(gateway.as(viewer).kycMany(['a'])).rejects.toEqual(code('UNAUTHENTICATED'));
      }
    });

    test('who decided is for staff, unknown fields are for admins', async () => {
      await receive('a', 'FULL_USER', { unknownField: 1 });
      await gateway.correct('a', 1, 'HARD_KYC_FAILED', { by: 'jane', reason: 'phone' });
      const shown = async (viewer: Viewer) => {
        const kyc = await gateway.as(viewer).kyc('a');
        return [kyc?.confirmedBy?.by, kyc?.latestUpdate.confirmedBy?.reason, kyc?.latestUpdate.extra];
      };
      expect(await shown(USER)).toEqual([null, null, null]);
      expect(await shown(STAFF)).toEqual(['jane', 'phone', null]);
      expect(await shown(ADMIN)).toEqual(['jane', 'phone', { confirmedBy: 'jane' }]);
    });
  });

  describe('updates', () => {
    test('start at the call, however late they are read', async () => {
      await receive('a', 'CREATED');
      const updates = gateway.updates();
      await receive('b', 'CREATED');
      await receive('a', 'FULL_USER');
      expect(seen(await take(updates, 2))).toEqual(['b CREATED', 'a FULL_USER']);
    });

    test('continue after a cursor without a loss or a repeat', async () => {
      const statuses = ['CREATED', 'KYC_NEEDED', 'KYC_PENDING', 'FULL_USER', 'HARD_KYC_FAILED'];
      for (const status of statuses) await receive('a', status);
      const all = statuses.map((status) => `a ${status}`);
      for (const customerId of ['a', undefined]) {
        let after = 'earliest';
        const read: string[] = [];
        while (read.length < statuses.length) {
          const [update = expect.fail()] = await take(gateway.updates({ after, customerId }), 1);
          read.push(...seen([update]));
          after = update.cursor;
        }
        expect(read).toEqual(all);
      }
    });

    test('of one customer begin with the latest, and may be filtered', async () => {
      await receive('a', 'CREATED');
      await receive('a', 'KYC_PENDING');
      expect(seen(await take(gateway.updates({ customerId: 'a' }), 1))).toEqual(['a KYC_PENDING']);
      const filter = { statuses: ['FULL_USER'] } as const;
      const filtered = [gateway.updates({ customerId: 'a', filter }), gateway.updates({ filter })];
      const first = filtered.map((updates) => updates.next());
      await receive('a', 'SOFT_KYC_FAILED');
      await receive('a', 'FULL_USER');
      for (const each of first) expect((await each).value).toMatchObject({ status: 'FULL_USER', revision: 4 });
      for (const updates of filtered) await updates.return?.();
      const wrong = gateway.updates({ filter: { statuses: ['FULLUSER' as never] } });
      await expect(wrong.next()).rejects.toEqual(code('BAD_USER_INPUT'));
    });

    test('a cursor of another customer or of nothing is refused', async () => {
      await receive('a', 'CREATED');
      const { cursor } = (await gateway.kyc('a'))?.latestUpdate ?? expect.fail();
      const refused = [
        [{ after: cursor, customerId: 'b' }, 'CURSOR_UNKNOWN'],
        [{ after: 'nonsense' }, 'BAD_USER_INPUT'],
      ] as const;
      for (const [options, expected] of refused) {
        await expect(gateway.updates(options).next()).rejects.toEqual(code(expected));
      }
    });

    test('end at once on return and on a signal, while they wait', async () => {
      const returned = gateway.updates();
      const waiting = returned.next();
      expect(await returned.return?.()).toEqual({ done: true, value: undefined });
      expect(await waiting).toEqual({ done: true, value: undefined });
      const controller = new AbortController();
      const aborted = gateway.updates({ signal: controller.signal }).next();
      controller.abort(new Error('enough'));
      await expect(aborted).rejects.toThrow('enough');
      await expect(gateway.updates({ signal: controller.signal }).next()).rejects.toThrow('enough');
    });

    test('fail with CURSOR_UNKNOWN when their customer is erased', async () => {
      await receive('a', 'CREATED');
      const updates = gateway.updates({ customerId: 'a' });
      await updates.next();
      const next = updates.next();
      const erased = await gateway.erase('a', { by: 'privacy', reason: 'request 17' });
      expect(erased).toMatchObject({ erasedUpdates: 1, record: { digest: expect.stringMatching(/^[0-9a-f]{64}$/) } });
      await expect(next).rejects.toEqual(code('CURSOR_UNKNOWN'));
      expect(await gateway.kyc('a')).toBeNull();
      expect(await gateway.erase('a', { by: 'privacy' })).toMatchObject({ erasedUpdates: 0, record: null });
    });

    test('a loop that does not read holds nothing and loses nothing', async () => {
      const updates = gateway.updates();
      await receive('a', 'CREATED');
      expect((await updates.next()).value?.customerId).toBe('a');
      for (let index = 0; index < 50; index++) await receive(`c${index}`, 'CREATED');
      expect(seen(await take(updates, 50))).toEqual(Array.from({ length: 50 }, (_, index) => `c${index} CREATED`));
    });
  });

  describe('waitFor', () => {
    test('resolves at once when the predicate is true already, and later when it becomes true', async () => {
      await receive('a', 'FULL_USER');
      expect(await gateway.waitFor('a', ({ verified }) => verified)).toMatchObject({
        status: 'FULL_USER',
        revision: 1,
      });
      const later = gateway.waitFor('b', ({ nextAction }) => nextAction === 'STOP');
      await receive('b', 'CREATED');
      await receive('b', 'HARD_KYC_FAILED');
      await receive('b', 'CREATED');
      expect(await later).toMatchObject({ status: 'HARD_KYC_FAILED', revision: 2 });
    });

    test('rejects after its timeout, on its signal, and with what the predicate throws', async () => {
      await receive('a', 'CREATED');
      const late = gateway.waitFor('a', ({ verified }) => verified, { timeoutMs: 20 });
      await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
      const controller = new AbortController();
      const aborted = gateway.waitFor('a', ({ verified }) => verified, { signal: controller.signal });
      controller.abort(new Error('enough'));
      await expect(aborted).rejects.toThrow('enough');
      const broken = gateway.waitFor('a', () => {
        throw new Error('broken');
      });
      await expect(broken).rejects.toThrow('broken');
      for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(gateway.waitFor('a', () => true, { timeoutMs })).rejects.toEqual(code('BAD_USER_INPUT'));
      }
    });
  });

  describe('changing', () => {
    test('refreshes from XGateway', async () => {
      await receive('a', 'KYC_PENDING');
      xgateway.customers.set('a', { status: 'FULL_USER' });
      expect(await gateway.refresh('a')).toMatchObject({
        outcome: 'APPLIED',
        kyc: { verified: true, confirmedBy: { source: 'API' } },
      });
      expect(await gateway.refresh('nobody')).toEqual({ outcome: 'UNKNOWN_TO_XGATEWAY', kyc: null });
    });

    test('records what a person decided, at the revision they saw', async () => {
      for (const status of ['FULL_USER', 'CREATED', 'FULL_USER']) await receive('a', status);
      expect((await gateway.kyc('a'))?.inDoubt).toBe(true);
      await expect(gateway.confirm('a', 2, { by: 'jane' })).rejects.toEqual(code('REVISION_OUTDATED'));
      await expect(gateway.confirm('a', 3, { by: ' ' })).rejects.toEqual(code('BAD_USER_INPUT'));
      expect(await gateway.confirm('a', 3, { by: 'jane' })).toMatchObject({
        outcome: 'APPLIED',
        kyc: { revision: 4, verified: true, latestUpdate: { source: 'STAFF' } },
      });
      const corrected = await gateway.correct('a', 4, 'SOFT_KYC_FAILED', { by: 'jane', reason: 'phone' });
      expect(corrected).toMatchObject({ outcome: 'APPLIED', kyc: { status: 'SOFT_KYC_FAILED', revision: 5 } });
      await expect(gateway.correct('a', 5, 'FULL_USER', { by: 'jane' })).rejects.toEqual(code('BAD_USER_INPUT'));
    });

    test('imports a FULL_USER in doubt, and one that is vouched for as verified', async () => {
      const given = { status: 'FULL_USER', rejectLabels: [' X ', 'X', ''] } as const;
      expect(await gateway.record({ ...given, customerId: 'a' }, { by: 'import' })).toMatchObject({
        outcome: 'APPLIED',
        update: {
          source: 'IMPORT',
          inDoubt: true,
          verified: false,
          rejectLabels: ['X'],
          extra: { importedBy: 'import' },
        },
      });
      // No callback ends the doubt; a person does.
      await receive('a', 'FULL_USER', { kycEndUserErrorMessage: 'welcome' });
      expect(await gateway.kyc('a')).toMatchObject({ revision: 2, verified: false });
      expect((await gateway.confirm('a', 2, { by: 'jane' })).kyc.verified).toBe(true);
      expect(await gateway.record({ ...given, customerId: 'b' }, { by: 'import', verified: true })).toMatchObject({
        update: { verified: true, confirmedBy: { source: 'IMPORT', by: 'import' } },
      });
      expect(await gateway.record({ ...given, customerId: 'b' }, { by: 'import' })).toEqual({
        outcome: 'UNCHANGED',
        update: null,
      });
      const query = '{ kyc(customerId: "b") { verified confirmedBy { source by } latestUpdate { source } } }';
      expect((await ask(url, query, await adminToken())).data.kyc).toEqual({
        verified: true,
        confirmedBy: { source: 'IMPORT', by: 'import' },
        latestUpdate: { source: 'IMPORT' },
      });
    });

    test('a vouched import does not end a doubt', async () => {
      for (const status of ['FULL_USER', 'CREATED']) await receive('a', status);
      const given = { customerId: 'a', status: 'FULL_USER' } as const;
      expect((await gateway.record(given, { by: 'import', verified: true })).update).toMatchObject({ inDoubt: true });
    });

    test.each<[string, object]>([
      ['a status that does not exist', { status: 'FULLUSER' }],
      ['UNRECOGNIZED', { status: 'UNRECOGNIZED' }],
      ['no customer ID', { customerId: '..' }],
      ['text that is too long', { endUserMessage: 'x'.repeat(2_001) }],
      ['a list of something else', { rejectLabels: [1] }],
    ])('refuses to import %s', async (_name, wrong) => {
      const report = { customerId: 'a', status: 'CREATED', ...wrong } as never;
      await expect(gateway.record(report, { by: 'import' })).rejects.toEqual(code('BAD_USER_INPUT'));
      expect(await gateway.kyc('a')).toBeNull();
    });

    test('lists, replays and discards dead letters', async () => {
      const body = JSON.stringify({ ...JSON.parse(signedCallback('a', { status: 'CREATED' })), hash: '0'.repeat(64) });
      expect((await fetch(`${url}/callbacks`, { method: 'POST', body })).status).toBe(401);
      const { nodes, pageInfo } = await gateway.deadLetters.list({ category: 'REFUSED' });
      expect(pageInfo.hasNextPage).toBe(false);
      expect(nodes).toMatchObject([{ customerId: 'a', reason: 'NOT_GENUINE', body: { status: 'CREATED' }, count: 1 }]);
      const ids = nodes.map(({ id }) => id);
      expect(await gateway.deadLetters.replay([...ids, '999'])).toEqual([
        { id: ids[0], outcome: 'STILL_REFUSED', update: null },
        { id: '999', outcome: 'NOT_FOUND', update: null },
      ]);
      expect(await gateway.deadLetters.discard([...ids, '999'], { by: 'jane' })).toEqual(ids);
      expect((await gateway.deadLetters.list()).nodes).toEqual([]);
      await expect(gateway.deadLetters.list({ first: 201 })).rejects.toEqual(code('BAD_USER_INPUT'));
      await expect(gateway.deadLetters.replay(['x'])).rejects.toEqual(code('BAD_USER_INPUT'));
    });
  });

  test('everything ends with SHUTTING_DOWN when the gateway stops', async () => {
    await receive('a', 'CREATED');
    const all = gateway.updates();
    const one = gateway.updates({ customerId: 'a' });
    await one.next();
    const waiting = [
      all.next(),
      one.next(),
      gateway.waitFor('a', ({ verified }) => verified),
      // Begun in the same turn: reads that are under way are answered or refused, never left open.
    ].map((each) => expect(each).rejects.toEqual(code('SHUTTING_DOWN')));
    await gateway.stop();
    await Promise.all(waiting);
    const refused = [
      gateway.kyc('a'),
      gateway.kycMany(['a']),
      gateway.as(ADMIN).kyc('a'),
      gateway.updates().next(),
      gateway.waitFor('a', () => true),
      gateway.refresh('a'),
      gateway.record({ customerId: 'a', status: 'CREATED' }, { by: 'import' }),
      gateway.confirm('a', 1, { by: 'jane' }),
      gateway.correct('a', 1, 'CREATED', { by: 'jane', reason: 'r' }),
      gateway.erase('a', { by: 'jane' }),
      gateway.deadLetters.list(),
      gateway.deadLetters.replay(['1']),
      gateway.deadLetters.discard(['1']),
    ];
    for (const each of refused) await expect(each).rejects.toEqual(code('SHUTTING_DOWN'));
  });

  test('draining ends streams and refuses changes; reads are still answered', async () => {
    await receive('a', 'CREATED');
    const next = expect(gateway.updates().next()).rejects.toEqual(code('SHUTTING_DOWN'));
    await gateway.drain();
    await next;
    await expect(gateway.confirm('a', 1, { by: 'jane' })).rejects.toEqual(code('SHUTTING_DOWN'));
    expect((await gateway.kyc('a'))?.status).toBe('CREATED');
  });
});

test('following a gateway that has not started is refused with what to do', async () => {
  using folder = temporaryFolder();
  const gateway = await createKycGateway({
    secrets: { current: CALLBACK_SECRET },
    databaseUrl: `sqlite:${folder.path}/kyc.db`,
    access: { key: { secret: JWT_SECRET } },
    log: pino({ level: 'silent' }),
  });
  try {
    await expect(gateway.updates().next()).rejects.toMatchObject({ code: 'NOT_READY', message: /gateway\.start\(\)/ });
    await expect(gateway.waitFor('a', () => true)).rejects.toMatchObject({ code: 'NOT_READY' });
  } finally {
    await gateway.stop();
  }
});
