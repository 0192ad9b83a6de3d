/** What waits for a person, and what ends it: over HTTP, on the real server. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

const ITEM = `id kinds since customerId count deadLetterReason update { revision status doubtReason needsAcknowledgement }
  pendingDecision { by } consumer { name }`;
const LIST = `query ($first: Int, $after: String, $kinds: [KycAttentionKind!]) {
  kycAttention(first: $first, after: $after, kinds: $kinds) {
    totalCount nodes { ${ITEM} } edges { cursor } pageInfo { hasNextPage endCursor }
  }
}`;
const ACKNOWLEDGE = `mutation ($id: ID!, $revision: Int!, $reason: String, $evidenceUrl: String) {
  acknowledgeKycUpdate(customerId: $id, revision: $revision, reason: $reason, evidenceUrl: $evidenceUrl) {
    outcome update { revision needsAcknowledgement acknowledgedBy { by secondBy reason evidenceUrl at } }
  }
}`;
const CONFIRM = 'mutation ($revision: Int!) { confirmKyc(customerId: "a", revision: $revision) { outcome } }';

let server: TestServer;
let admin: string;
beforeEach(async () => {
  server = await startTestServer();
  admin = await adminToken();
});
afterEach(() => server[Symbol.asyncDispose]());

const say = async (customerId: string, ...statuses: (string | null)[]) => {
  for (const status of statuses) await server.callback(customerId, { status });
};
// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
const list = async (variables: object = {}, bearer = admin): Promise<any> =>
  (await server.query(LIST, bearer, variables)).data.kycAttention;
const waiting = async (variables: object = {}, bearer = admin): Promise<unknown[]> =>
  (await list(variables, bearer)).nodes.map((node: { customerId: string | null; kinds: string[] }) => [
    node.customerId ?? '',
    node.kinds.join(' '),
  ]);
const codeOf = async (query: string, variables: object, bearer = admin) =>
  (await server.query(query, bearer, variables)).errors?.[0]?.extensions.code;

describe('kycAttention', () => {
  test('shows what waits, the oldest first, and why a FULL_USER is in doubt', async () => {
    await say('a', 'FULL_USER', 'SOFT_KYC_FAILED', 'FULL_USER');
    await say('b', 'NOBODY KNOWS THIS');
    await say('c', 'KYC_PENDING', 'KYC_NEEDED');
    await say('d', 'FULL_USER');
    const { totalCount, nodes } = await list();
    expect(totalCount).toBe(4);
    expect(nodes.map((node: { customerId: string; kinds: string[] }) => [node.customerId, node.kinds])).toEqual([
      ['a', ['REVERSAL', 'POSSIBLY_LATE']],
      ['a', ['IN_DOUBT']],
      ['b', ['UNRECOGNIZED_STATUS']],
      ['c', ['POSSIBLY_LATE']],
    ]);
    expect(nodes[1].update).toEqual({
      revision: 3,
      status: 'FULL_USER',
      doubtReason: 'REVERSAL',
      needsAcknowledgement: false,
    });
    expect(new Set(nodes.map(({ id }: { id: string }) => id)).size).toBe(4);
  });

  test('kinds select, and every page of any size leads to the same list', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await say(id, 'FULL_USER', 'HARD_KYC_FAILED');
    await say('odd', 'ODD');
    expect(await waiting({ kinds: ['UNRECOGNIZED_STATUS'] })).toEqual([['odd', 'UNRECOGNIZED_STATUS']]);
    expect(await list({ kinds: [] })).toMatchObject({ totalCount: 0, nodes: [] });
    const all = await waiting();
    for (const first of [1, 2, 3, 200]) {
      const found: unknown[] = [];
      for (let after: string | null = null; ; ) {
        const { nodes, pageInfo } = await list({ first, after });
        found.push(
          ...nodes.map((node: { customerId: string; kinds: string[] }) => [node.customerId, node.kinds.join(' ')]),
        );
        if (!pageInfo.hasNextPage) break;
        after = pageInfo.endCursor;
      }
      expect(found).toEqual(all);
    }
    expect(await list({ first: 0 })).toMatchObject({ totalCount: 6, nodes: [] });
  });

  test('dead letters are shown to kyc:admin only, by reason', async () => {
    await server.callback('a', { status: 7 });
    await server.callback('b', { status: 8 });
    await fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body: 'no JSON' });
    await eventually(async () => (await list()).totalCount === 2);
    const { nodes } = await list();
    expect(
      nodes.map((node: { deadLetterReason: string; count: number }) => [node.deadLetterReason, node.count]),
    ).toEqual([
      ['NOT_UNDERSTOOD', 2],
      ['NOT_JSON', 1],
    ]);
    expect(await list({}, await readerToken())).toMatchObject({ totalCount: 0, nodes: [] });
    expect(await list({ kinds: ['DEAD_LETTERS'] }, await readerToken())).toMatchObject({ totalCount: 0 });
    const pages = [await list({ first: 1 })];
    pages.push(await list({ first: 1, after: pages[0].pageInfo.endCursor }));
    expect(pages.map(({ nodes: [node] }) => node.deadLetterReason)).toEqual(['NOT_UNDERSTOOD', 'NOT_JSON']);
  });

  test('is for kyc:read, and refuses what is no cursor', async () => {
    expect(await codeOf(LIST, {}, await token({ sub: 'a' }))).toBe('FORBIDDEN');
    for (const after of ['', 'x', 'bnVsbA', Buffer.from('["k1.x",0,null]').toString('base64url'), 'W10']) {
      expect(await codeOf(LIST, { after })).toBe('BAD_USER_INPUT');
    }
    expect(await codeOf(LIST, { first: 201 })).toBe('BAD_USER_INPUT');
    expect(await codeOf(LIST, { kinds: ['NOTHING'] })).toBe('BAD_USER_INPUT');
  });
});

describe('acknowledgeKycUpdate', () => {
  test('takes an update off the list, and says who did and why', async () => {
    await say('a', 'FULL_USER', 'HARD_KYC_FAILED');
    const grounds = { id: 'a', revision: 2, reason: ' called ', evidenceUrl: 'https://example.com/t/1' };
    expect((await server.query(ACKNOWLEDGE, admin, grounds)).data.acknowledgeKycUpdate).toEqual({
      outcome: 'ACKNOWLEDGED',
      update: {
        revision: 2,
        needsAcknowledgement: false,
        acknowledgedBy: {
          by: 'compliance',
          secondBy: null,
          reason: 'called',
          evidenceUrl: 'https://example.com/t/1',
          at: expect.any(String),
        },
      },
    });
    expect(await waiting()).toEqual([]);
    const again = await server.query(ACKNOWLEDGE, await token({ sub: 'other', scope: 'kyc:admin' }), {
      id: 'a',
      revision: 2,
    });
    expect(again.data.acknowledgeKycUpdate).toMatchObject({
      outcome: 'UNCHANGED',
      update: { acknowledgedBy: { by: 'compliance' } },
    });
  });

  test('survives a restart, and is erased with the customer', async () => {
    await say('a', 'FULL_USER', 'HARD_KYC_FAILED');
    await server.query(ACKNOWLEDGE, admin, { id: 'a', revision: 2 });
    await server.restart();
    expect(await waiting()).toEqual([]);
    await server.query('mutation { eraseKyc(customerId: "a") { erasedUpdates } }', admin);
    await say('a', 'FULL_USER', 'HARD_KYC_FAILED');
    expect(await waiting()).toEqual([['a', 'REVERSAL']]);
  });

  test('an update that does not wait stays as it is, and one that is not there is BAD_USER_INPUT', async () => {
    await say('a', 'CREATED');
    const { data } = await server.query(ACKNOWLEDGE, admin, { id: 'a', revision: 1 });
    expect(data.acknowledgeKycUpdate).toMatchObject({ outcome: 'UNCHANGED', update: { acknowledgedBy: null } });
    for (const revision of [2, 0, -1, 2 ** 31 - 1]) {
      expect(await codeOf(ACKNOWLEDGE, { id: 'a', revision })).toBe('BAD_USER_INPUT');
    }
    for (const id of ['', '\u0000', 'x'.repeat(257), '..', 'nobody']) {
      expect(await codeOf(ACKNOWLEDGE, { id, revision: 1 })).toBe('BAD_USER_INPUT');
    }
    for (const evidenceUrl of ['javascript:alert(1)', 'http:', '/t/1', `https://x/${'a'.repeat(2_000)}`]) {
      expect(await codeOf(ACKNOWLEDGE, { id: 'a', revision: 1, evidenceUrl })).toBe('BAD_USER_INPUT');
    }
    expect(await codeOf(ACKNOWLEDGE, { id: 'a', revision: 1, reason: 'x'.repeat(2_001) })).toBe('BAD_USER_INPUT');
    expect(await codeOf(ACKNOWLEDGE, { id: 'a', revision: 1 }, await readerToken())).toBe('FORBIDDEN');
  });

  test('confirming acknowledges the updates up to the one that was seen, also when it changes nothing', async () => {
    await say('a', 'FULL_USER', 'HARD_KYC_FAILED');
    expect((await server.query(CONFIRM, admin, { revision: 2 })).data.confirmKyc.outcome).toBe('UNCHANGED');
    expect(await waiting()).toEqual([]);
    await say('a', 'FULL_USER');
    expect(await waiting()).toEqual([['a', 'IN_DOUBT']]);
    expect((await server.query(CONFIRM, admin, { revision: 3 })).data.confirmKyc.outcome).toBe('APPLIED');
    expect(await waiting()).toEqual([]);
  });

  test('a customer is not shown who acknowledged, nor why they are in doubt', async () => {
    await say('a', 'FULL_USER', 'HARD_KYC_FAILED', 'FULL_USER');
    await server.query(ACKNOWLEDGE, admin, { id: 'a', revision: 2 });
    const query =
      '{ myKyc { doubtReason pendingDecision { by } history { nodes { doubtReason needsAcknowledgement acknowledgedBy { by } } } } }';
    const { data } = await server.query(query, await token({ sub: 'a' }));
    const hidden = { doubtReason: null, needsAcknowledgement: false, acknowledgedBy: null };
    expect(data.myKyc).toEqual({
      doubtReason: null,
      pendingDecision: null,
      history: { nodes: [hidden, hidden, hidden] },
    });
  });
});
