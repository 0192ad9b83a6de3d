/** `CONFIRM_REQUIRES_TWO`: no single person makes a customer verified. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKycGateway } from '../../src/gateway/create.ts';
import { readSettings } from '../../src/server/settings.ts';
import { freshDatabase } from '../support/postgres.ts';
import { type Answer, adminToken, startTestServer, type TestServer, token } from '../support/server.ts';

const PENDING = 'pendingDecision { customerId revision status by reason evidenceUrl at }';
const KYC = `kyc { revision verified ${PENDING} confirmedBy { source by secondBy reason secondReason evidenceUrl secondEvidenceUrl } }`;
const CONFIRM = `mutation ($revision: Int = 1, $reason: String, $evidenceUrl: String) {
  confirmKyc(customerId: "c", revision: $revision, reason: $reason, evidenceUrl: $evidenceUrl) { outcome ${KYC} }
}`;
const CORRECT = `mutation ($revision: Int = 1, $status: KycStatus = FULL_USER) {
  correctKyc(customerId: "c", revision: $revision, status: $status, reason: "seen") { outcome ${KYC} }
}`;
const WITHDRAW = `mutation ($revision: Int = 1) {
  withdrawKycDecision(customerId: "c", revision: $revision) { withdrawn { by } kyc { ${PENDING} } }
}`;

const admin = (sub: string) => token({ sub, scope: 'kyc:admin' });
const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions.code;

describe('over GraphQL', () => {
  let server: TestServer;
  let [jane, john] = ['', ''];
  beforeEach(async () => {
    server = await startTestServer({ confirmRequiresTwo: true, requireConfirmation: true });
    [jane, john] = await Promise.all([admin('jane'), admin('john')]);
    await server.callback('c', { status: 'FULL_USER' });
  });
  afterEach(() => server[Symbol.asyncDispose]());
  const confirm = async (bearer: string, variables: object = {}) =>
    (await server.query(CONFIRM, bearer, variables)).data.confirmKyc;
  const outcomes = (answers: readonly Answer[]) =>
    answers.map((answer) => answer.data?.confirmKyc?.outcome ?? codeOf(answer)).sort();

  test('the first half changes nothing and is visible, the second records both', async () => {
    const first = await confirm(jane, { reason: 'called', evidenceUrl: 'https://example.com/1' });
    expect(first).toEqual({
      outcome: 'PENDING_SECOND_PERSON',
      kyc: {
        revision: 1,
        verified: false,
        confirmedBy: null,
        pendingDecision: {
          customerId: 'c',
          revision: 1,
          status: 'FULL_USER',
          by: 'jane',
          reason: 'called',
          evidenceUrl: 'https://example.com/1',
          at: expect.any(String),
        },
      },
    });
    const { data } = await server.query('{ kycAttention { totalCount nodes { kinds pendingDecision { by } } } }', john);
    expect(data.kycAttention).toEqual({
      totalCount: 1,
      nodes: [{ kinds: ['IN_DOUBT', 'PENDING_SECOND_PERSON'], pendingDecision: { by: 'jane' } }],
    });
    expect(await confirm(john, { reason: 'agreed', evidenceUrl: 'https://example.com/2' })).toEqual({
      outcome: 'APPLIED',
      kyc: {
        revision: 2,
        verified: true,
        pendingDecision: null,
        confirmedBy: {
          source: 'STAFF',
          by: 'jane',
          secondBy: 'john',
          reason: 'called',
          secondReason: 'agreed',
          evidenceUrl: 'https://example.com/1',
          secondEvidenceUrl: 'https://example.com/2',
        },
      },
    });
  });

  test('the same person twice is one person, also after a restart and under another spelling', async () => {
    await confirm(jane);
    await server.restart();
    for (const sub of ['jane', ' jane ', 'jane\n', 'JANE', 'jane\u200b', 'ｊａｎｅ']) {
      expect((await confirm(await admin(sub))).outcome).toBe('PENDING_SECOND_PERSON');
    }
    expect((await confirm(john)).outcome).toBe('APPLIED');
  });

  test('a token without a sub is nobody', async () => {
    for (const claims of [{}, { sub: '' }, { sub: '  ' }, { sub: '\u200b' }, { client_id: 'robot' }, { jti: '1' }]) {
      const robot = await token({ ...claims, scope: 'kyc:admin' });
      expect(codeOf(await server.query(CONFIRM, robot))).toBe('FORBIDDEN');
      await confirm(jane);
      expect(codeOf(await server.query(CONFIRM, robot))).toBe('FORBIDDEN');
      expect(codeOf(await server.query(CORRECT, robot))).toBe('FORBIDDEN');
    }
  });

  test('correcting to FULL_USER takes two, correcting to anything else takes one', async () => {
    await server.callback('c', { status: 'KYC_PENDING' });
    const first = (await server.query(CORRECT, jane, { revision: 2 })).data.correctKyc;
    expect(first).toMatchObject({
      outcome: 'PENDING_SECOND_PERSON',
      kyc: { revision: 2, pendingDecision: { by: 'jane' } },
    });
    const second = (await server.query(CORRECT, john, { revision: 2 })).data.correctKyc;
    expect(second).toMatchObject({ outcome: 'APPLIED', kyc: { verified: true, confirmedBy: { secondBy: 'john' } } });
    const failed = { revision: 3, status: 'HARD_KYC_FAILED' };
    expect((await server.query(CORRECT, jane, failed)).data.correctKyc.outcome).toBe('APPLIED');
  });

  test('a pending half lapses when the customer changes', async () => {
    await confirm(jane);
    await server.callback('c', { status: 'FULL_USER', kycEndUserErrorMessage: 'hello' });
    expect(codeOf(await server.query(CONFIRM, john))).toBe('REVISION_OUTDATED');
    expect(await confirm(john, { revision: 2 })).toMatchObject({
      outcome: 'PENDING_SECOND_PERSON',
      kyc: { pendingDecision: { by: 'john', revision: 2 } },
    });
  });

  test('either person can withdraw it, and then it takes two again', async () => {
    for (const person of [jane, john]) {
      await confirm(jane);
      const { data } = await server.query(WITHDRAW, person);
      expect(data.withdrawKycDecision).toEqual({ withdrawn: { by: 'jane' }, kyc: { pendingDecision: null } });
    }
    expect((await server.query(WITHDRAW, jane)).data.withdrawKycDecision.withdrawn).toBeNull();
    expect((await confirm(john)).outcome).toBe('PENDING_SECOND_PERSON');
    expect((await server.query(WITHDRAW, jane, { revision: 2 })).data.withdrawKycDecision.withdrawn).toBeNull();
    expect(codeOf(await server.query(WITHDRAW, await token({ sub: 'r', scope: 'kyc:read' })))).toBe('FORBIDDEN');
  });

  test('of two second halves at once one counts', async () => {
    await confirm(jane);
    const others = await Promise.all(['john', 'joan', 'jim'].map(admin));
    const answers = await Promise.all(others.map((bearer) => server.query(CONFIRM, bearer)));
    expect(outcomes(answers).filter((outcome) => outcome === 'APPLIED')).toHaveLength(1);
    const { data } = await server.query('{ kyc(customerId: "c") { revision verified pendingDecision { by } } }', jane);
    expect(data.kyc).toEqual({ revision: 2, verified: true, pendingDecision: null });
  });

  test('what is withdrawn beside a second half is either withdrawn or recorded, not both', async () => {
    await confirm(jane);
    const [withdrawn, confirmed] = await Promise.all([server.query(WITHDRAW, jane), server.query(CONFIRM, john)]);
    const wasWithdrawn = withdrawn.data.withdrawKycDecision.withdrawn !== null;
    expect(confirmed.data?.confirmKyc?.outcome === 'APPLIED').toBe(!wasWithdrawn);
  });

  test('nothing else takes two', async () => {
    await server.callback('d', { status: 'SOFT_KYC_FAILED' });
    const query = 'mutation { confirmKyc(customerId: "d", revision: 1) { outcome } }';
    expect((await server.query(query, jane)).data.confirmKyc.outcome).toBe('UNCHANGED');
  });
});

test('two instances on one Postgres share the pending half', async () => {
  const databaseUrl = await freshDatabase();
  const options = { databaseUrl, secrets: { current: 's' }, access: () => null, confirmRequiresTwo: true } as const;
  await using one = await openGateway(options);
  await using other = await openGateway(options);
  await one.record({ customerId: 'c', status: 'FULL_USER' }, { by: 'import' });
  const halves = await Promise.all([one.confirm('c', 1, { by: 'jane' }), other.confirm('c', 1, { by: 'john' })]);
  expect(halves.map(({ outcome }) => outcome).sort()).toEqual(['APPLIED', 'PENDING_SECOND_PERSON']);
  expect((await one.kyc('c'))?.verified).toBe(true);
});

test('code cannot verify on its own word either', async () => {
  const options = {
    databaseUrl: 'sqlite::memory:',
    secrets: { current: 's' },
    access: () => null,
    confirmRequiresTwo: true,
  } as const;
  await using gateway = await openGateway(options);
  const record = gateway.record({ customerId: 'c', status: 'FULL_USER' }, { by: 'import', verified: true });
  await expect(record).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await gateway.record({ customerId: 'c', status: 'FULL_USER' }, { by: 'import' });
  const first = await gateway.correct('c', 1, 'FULL_USER', { by: 'jane', reason: 'seen' });
  expect(first).toMatchObject({ outcome: 'PENDING_SECOND_PERSON', kyc: { verified: false } });
  expect(await gateway.attention({ first: 1, kinds: ['PENDING_SECOND_PERSON', 'REVERSAL'] })).toMatchObject({
    nodes: [
      { kinds: ['PENDING_SECOND_PERSON'], since: expect.any(Date), pendingDecision: { by: 'jane' }, consumer: null },
    ],
    pageInfo: { hasNextPage: false },
    totalCount: 1,
  });
  await expect(gateway.attention({ kinds: ['NOTHING' as never] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(gateway.attention({ first: 201 })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await gateway.record({ customerId: 'r', status: 'KYC_PENDING' }, { by: 'import' });
  expect(await gateway.acknowledge('r', 1, { by: 'jane' })).toMatchObject({
    outcome: 'UNCHANGED',
    update: { revision: 1 },
  });
  await expect(gateway.acknowledge('r', 9, { by: 'jane' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect((await gateway.withdraw('c', 1, { by: 'jane' })).withdrawn?.by).toBe('jane');
  await gateway.confirm('c', 1, { by: 'jane' });
  expect((await gateway.confirm('c', 1, { by: 'john' })).kyc.confirmedBy).toMatchObject({
    by: 'jane',
    secondBy: 'john',
  });
});

test('without the setting one person is enough', async () => {
  await using server = await startTestServer({ requireConfirmation: true });
  await server.callback('c', { status: 'FULL_USER' });
  expect((await server.query(CONFIRM, await adminToken())).data.confirmKyc.outcome).toBe('APPLIED');
  expect(readSettings({}).confirmRequiresTwo).toBe(false);
  expect(readSettings({ CONFIRM_REQUIRES_TWO: 'true' }).confirmRequiresTwo).toBe(true);
});

async function openGateway(options: Parameters<typeof createKycGateway>[0]) {
  const gateway = await createKycGateway(options);
  await gateway.start();
  return Object.assign(gateway, { [Symbol.asyncDispose]: () => gateway.stop() });
}
