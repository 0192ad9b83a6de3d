import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

const CONFIRMED_BY = 'confirmedBy { source by secondBy reason evidenceUrl at }';
const KYC = `kyc { revision rawStatus verified inDoubt confirmed ${CONFIRMED_BY} latestUpdate { source inDoubt ${CONFIRMED_BY} } }`;
const CONFIRM = `mutation ($id: ID = "c", $revision: Int!, $reason: String, $evidenceUrl: String) {
  confirmKyc(customerId: $id, revision: $revision, reason: $reason, evidenceUrl: $evidenceUrl) { outcome ${KYC} }
}`;
const CORRECT = `mutation ($id: ID = "c", $revision: Int!, $status: KycStatus!, $reason: String!, $evidenceUrl: String) {
  correctKyc(customerId: $id, revision: $revision, status: $status, reason: $reason, evidenceUrl: $evidenceUrl) {
    outcome ${KYC}
  }
}`;

let server: TestServer;
let admin: string;
beforeEach(async () => {
  server = await startTestServer();
  admin = await adminToken();
});
afterEach(() => server[Symbol.asyncDispose]());

const say = async (...statuses: (string | null)[]) => {
  for (const status of statuses) await server.callback('c', { status });
};
const codeOf = async (query: string, variables: object, bearer = admin) =>
  (await server.query(query, bearer, variables)).errors?.[0]?.extensions.code;

describe('confirmKyc', () => {
  beforeEach(() => say('FULL_USER', 'SOFT_KYC_FAILED', 'FULL_USER'));

  test('records who confirmed, why and on which evidence', async () => {
    const variables = { revision: 3, reason: '  seen in the back office ', evidenceUrl: 'https://example.com/t/1' };
    const { data } = await server.query(CONFIRM, admin, variables);
    const confirmedBy = {
      source: 'STAFF',
      by: 'compliance',
      secondBy: null,
      reason: 'seen in the back office',
      evidenceUrl: 'https://example.com/t/1',
      at: expect.any(String),
    };
    expect(data.confirmKyc).toEqual({
      outcome: 'APPLIED',
      kyc: {
        revision: 4,
        rawStatus: 'FULL_USER',
        verified: true,
        inDoubt: false,
        confirmed: true,
        confirmedBy,
        latestUpdate: { source: 'STAFF', inDoubt: false, confirmedBy },
      },
    });
  });

  test('lasts while the customer stays FULL_USER, and ends with a reversal', async () => {
    await server.query(CONFIRM, admin, { revision: 3 });
    await server.callback('c', { status: 'FULL_USER', kycEndUserErrorMessage: 'welcome' });
    const query = `{ kyc(customerId: "c") { revision verified confirmed ${CONFIRMED_BY} } }`;
    expect((await server.query(query, admin)).data.kyc).toMatchObject({
      revision: 5,
      verified: true,
      confirmed: false,
      confirmedBy: { source: 'STAFF', by: 'compliance' },
    });
    await say('KYC_PENDING', 'FULL_USER');
    expect((await server.query(query, admin)).data.kyc).toMatchObject({ verified: false, confirmedBy: null });
  });

  test('shows end users that a person confirmed, but not who, why or where', async () => {
    await server.query(CONFIRM, admin, { revision: 3, reason: 'seen', evidenceUrl: 'https://example.com' });
    const shown = {
      source: 'STAFF',
      by: null,
      secondBy: null,
      reason: null,
      evidenceUrl: null,
      at: expect.any(String),
    };
    const mine = await server.query(`{ myKyc { ${CONFIRMED_BY} } }`, await token({ sub: 'c' }));
    expect(mine.data.myKyc.confirmedBy).toEqual(shown);
    const subscription = `subscription { kycStatusChanged(customerId: "c") { ${CONFIRMED_BY} } }`;
    for (const [bearer, by] of [
      [await readerToken(), 'compliance'],
      [await token({ sub: 'c' }), null],
    ] as const) {
      await using following = server.follow(subscription, bearer);
      expect((await following.next()).data.kycStatusChanged.confirmedBy).toMatchObject({ source: 'STAFF', by });
    }
  });

  test.each([
    ['a script', { evidenceUrl: 'javascript:alert(1)' }],
    ['a file', { evidenceUrl: 'file:///etc/passwd' }],
    ['text that is no URL', { evidenceUrl: 'ticket 7' }],
    ['an empty URL', { evidenceUrl: '' }],
    ['a URL that is too long', { evidenceUrl: `https://example.com/${'x'.repeat(2_000)}` }],
    ['a reason that is too long', { reason: 'x'.repeat(2_001) }],
  ])('refuses %s', async (_name, grounds) => {
    expect(await codeOf(CONFIRM, { revision: 3, ...grounds })).toBe('BAD_USER_INPUT');
  });
});

describe('correctKyc', () => {
  const reason = 'the back office shows it';

  test('undoes a late callback: the customer is verified again, by a person', async () => {
    await say('FULL_USER', 'KYC_PENDING');
    const { data } = await server.query(CORRECT, admin, { revision: 2, status: 'FULL_USER', reason });
    expect(data.correctKyc).toMatchObject({
      outcome: 'APPLIED',
      kyc: { revision: 3, verified: true, confirmedBy: { source: 'STAFF', by: 'compliance', reason } },
    });
    expect(server.logged.join()).toContain('A person corrected the KYC');
  });

  test.each([
    ['NOT_STARTED', null],
    ['HARD_KYC_FAILED', 'HARD_KYC_FAILED'],
  ] as const)('records %s as %s', async (status, rawStatus) => {
    await say('FULL_USER');
    const { data } = await server.query(CORRECT, admin, { revision: 1, status, reason });
    expect(data.correctKyc.kyc).toMatchObject({ rawStatus, verified: false, latestUpdate: { source: 'STAFF' } });
  });

  test('changes nothing when the customer has that status already and is not in doubt', async () => {
    await say('KYC_PENDING');
    const { data } = await server.query(CORRECT, admin, { revision: 1, status: 'KYC_PENDING', reason });
    expect(data.correctKyc).toMatchObject({ outcome: 'UNCHANGED', kyc: { revision: 1 } });
  });

  test('is refused for UNRECOGNIZED, without a reason, for an outdated revision and for no customer', async () => {
    await say('CREATED', 'KYC_PENDING');
    const given = { revision: 2, status: 'FULL_USER', reason };
    expect(await codeOf(CORRECT, { ...given, status: 'UNRECOGNIZED' })).toBe('BAD_USER_INPUT');
    expect(await codeOf(CORRECT, { ...given, reason: ' \n' })).toBe('BAD_USER_INPUT');
    expect(await codeOf(CORRECT, { ...given, revision: 1 })).toBe('REVISION_OUTDATED');
    expect(await codeOf(CORRECT, { ...given, revision: 3 })).toBe('REVISION_OUTDATED');
    expect(await codeOf(CORRECT, { ...given, id: 'nobody' })).toBe('REVISION_OUTDATED');
    expect(await codeOf(CORRECT, { ...given, id: 'a\0b' })).toBe('BAD_USER_INPUT');
    expect(await codeOf(CORRECT, { ...given, id: 'a\ud800' })).toBe('BAD_USER_INPUT');
    for (const bearer of [await readerToken(), await token({ sub: 'c' })]) {
      expect(await codeOf(CORRECT, given, bearer)).toBe('FORBIDDEN');
    }
    expect((await server.query('{ kyc(customerId: "c") { revision } }', admin)).data.kyc.revision).toBe(2);
  });
});

test('discarding and erasing take a reason; that of an erasure stays in the journal, without the customer', async () => {
  await server.callback('c', { status: 7 });
  await say('CREATED');
  const { data } = await server.query('{ kycDeadLetters { nodes { id } } }', admin);
  const [{ id }] = data.kycDeadLetters.nodes;
  const discarded = await server.query(
    `mutation { discardKycDeadLetters(ids: ["${id}"], reason: "a test of XGateway's") }`,
    admin,
  );
  expect(discarded.data.discardKycDeadLetters).toEqual([id]);
  expect(server.logged.join()).toContain("a test of XGateway's");
  const erased = await server.query(
    'mutation { eraseKyc(customerId: "c", reason: "request 17") { erasedUpdates record { position } } }',
    admin,
  );
  expect(erased.data.eraseKyc).toMatchObject({ erasedUpdates: 1, record: { position: 2 } });
});

describe('possiblyLate', () => {
  const LATE = '{ revision rawStatus possiblyLate verified source }';

  test('marks a delayed delivery, which is counted and can be filtered', async () => {
    await say('FULL_USER', 'KYC_PENDING', 'SOFT_KYC_FAILED', 'KYC_NEEDED', 'FULL_USER', 'SOFT_KYC_FAILED');
    const { data } = await server.query(`{ kyc(customerId: "c") { history { nodes ${LATE} } } }`, admin);
    const late = data.kyc.history.nodes.filter(({ possiblyLate }: { possiblyLate: boolean }) => possiblyLate);
    expect(late.map(({ revision }: { revision: number }) => revision)).toEqual([6, 2]);
    expect(await server.metric('xgateway_kyc_possibly_late_updates_total')).toBe(2);
    await using following = server.follow(
      `subscription { kycUpdates(after: "earliest", filter: { possiblyLate: true }) ${LATE} }`,
      admin,
    );
    expect((await following.next()).data.kycUpdates.revision).toBe(2);
    expect((await following.next()).data.kycUpdates.revision).toBe(6);
  });

  test('updates are also filtered by source and by verified; conditions combine', async () => {
    await say('FULL_USER', 'KYC_PENDING', 'FULL_USER');
    await server.query(CONFIRM, admin, { revision: 3 });
    const first = async (filter: string) => {
      await using following = server.follow(
        `subscription { kycUpdates(after: "earliest", filter: ${filter}) ${LATE} }`,
        admin,
      );
      return (await following.next()).data.kycUpdates.revision;
    };
    expect(await first('{ sources: [STAFF] }')).toBe(4);
    expect(await first('{ verified: true }')).toBe(1);
    expect(await first('{ verified: true, sources: [STAFF, API] }')).toBe(4);
    expect(await first('{ verified: false, statuses: [FULL_USER] }')).toBe(3);
  });
});

test('an unverified FULL_USER is in doubt, and nothing else is', async () => {
  await server[Symbol.asyncDispose]();
  server = await startTestServer({ requireConfirmation: true });
  await say('KYC_PENDING', 'FULL_USER', 'HARD_KYC_FAILED');
  const query = '{ kyc(customerId: "c") { inDoubt history { nodes { inDoubt } } } }';
  const seen = await eventually(async () => (await server.query(query, admin)).data.kyc);
  expect(seen.inDoubt).toBe(false);
  expect(seen.history.nodes).toEqual([{ inDoubt: false }, { inDoubt: true }, { inDoubt: false }]);
});
