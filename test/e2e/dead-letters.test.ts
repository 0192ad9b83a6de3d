import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callbackHash } from '../../src/xgateway/callback-hash.ts';
import { eventually } from '../support/eventually.ts';
import {
  adminToken,
  CALLBACK_SECRET,
  readerToken,
  signedCallback,
  startTestServer,
  type TestServer,
} from '../support/server.ts';
import { API_KEY, startXgateway } from '../support/xgateway.ts';

let server: TestServer;
let admin: string;
beforeEach(async () => {
  server = await startTestServer();
  admin = await adminToken();
});
afterEach(() => server[Symbol.asyncDispose]());

const post = (body: string) => fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body });
async function deadLetters(args = '') {
  const fields = 'id category reason problems customerId body firstSeenAt lastSeenAt count';
  const { data } = await server.query(
    `{ kycDeadLetters${args} { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`,
    admin,
  );
  return data.kycDeadLetters;
}
async function replay(ids: readonly string[]) {
  const fields = 'id outcome update { revision source receivedAt verified }';
  const { data } = await server.query(
    `mutation ($ids: [ID!]!) { replayKycDeadLetters(ids: $ids) { ${fields} } }`,
    admin,
    { ids },
  );
  return data.replayKycDeadLetters as { id: string; outcome: string; update: Record<string, unknown> | null }[];
}
/** A server with another secret, on the same journal. */
async function withSecret(current: string, previous?: string): Promise<void> {
  Object.assign(server.settings, { secrets: { current, previous } });
  await server.restart();
}

test('what was refused with a wrong secret is recovered once it is corrected', async () => {
  await withSecret('wrong');
  for (const status of ['CREATED', 'KYC_PENDING', 'KYC_PENDING', 'FULL_USER']) {
    expect((await server.callback('c', { status })).status).toBe(401);
  }
  const { nodes } = await deadLetters('(category: REFUSED)');
  expect(nodes).toMatchObject([
    { reason: 'NOT_GENUINE', body: { callbackType: 'kyc', customerId: 'c', status: 'FULL_USER' }, count: 1 },
    { body: { status: 'KYC_PENDING' }, count: 2 },
    { body: { status: 'CREATED' }, count: 1 },
  ]);
  const hash = callbackHash('c', CALLBACK_SECRET);
  expect(JSON.stringify(nodes) + server.logged.join()).not.toContain(hash);
  const ids = nodes.map(({ id }: { id: string }) => id);
  expect((await replay(ids)).map(({ outcome }) => outcome)).toEqual([
    'STILL_REFUSED',
    'STILL_REFUSED',
    'STILL_REFUSED',
  ]);

  await withSecret('next', CALLBACK_SECRET);
  const results = await replay([...ids, '999']);
  expect(results.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'APPLIED', 'APPLIED', 'NOT_FOUND']);
  expect(results[0]?.update).toEqual({
    revision: 3,
    source: 'REPLAY',
    receivedAt: nodes[0].firstSeenAt,
    verified: true,
  });
  expect((await deadLetters()).nodes).toEqual([]);
});

test('a genuine callback that is not understood is kept, with what was wrong but never its values', async () => {
  const response = await server.callback('c', { status: 7, kycRejectLabel: 'private words' });
  expect([response.status, await response.json()]).toEqual([202, { outcome: 'kept' }]);
  const [deadLetter] = (await deadLetters()).nodes;
  expect(deadLetter).toMatchObject({
    category: 'GENUINE',
    reason: 'NOT_UNDERSTOOD',
    problems: [expect.stringContaining('status')],
    customerId: 'c',
    body: { status: 7, kycRejectLabel: 'private words' },
  });
  expect(server.logged.join()).toContain('status');
  expect(server.logged.join()).not.toContain('private words');
  expect(await replay([deadLetter.id])).toMatchObject([{ outcome: 'STILL_REFUSED', update: null }]);
});

test('a dead letter never goes over what was received later: XGateway is asked what holds', async () => {
  await using xgateway = await startXgateway();
  Object.assign(server.settings, { xgatewayApi: { key: API_KEY, url: xgateway.url } });
  xgateway.customers.set('c', { status: 'HARD_KYC_FAILED' });
  await withSecret('wrong');
  await server.callback('c', { status: 'FULL_USER' });
  await server.callback('c', { status: 'SOFT_KYC_FAILED' });
  await withSecret(CALLBACK_SECRET);
  await server.callback('c', { status: 'SOFT_KYC_FAILED' });
  const ids = (await deadLetters()).nodes.map(({ id }: { id: string }) => id);
  expect((await replay(ids)).map(({ outcome }) => outcome)).toEqual(['UNCHANGED', 'SUPERSEDED']);
  expect((await deadLetters()).nodes).toMatchObject([{ body: { status: 'FULL_USER' } }]);
  await eventually(async () => {
    const { data } = await server.query('{ kyc(customerId: "c") { status } }', admin);
    return data.kyc.status === 'HARD_KYC_FAILED';
  });
});

test('a genuine dead letter that came again after something else was recorded is the later word', async () => {
  const failed = { status: 'SOFT_KYC_FAILED', docsMissing: 'SELFIE' };
  expect((await server.callback('c', failed)).status).toBe(202);
  expect((await server.callback('c', { status: 'KYC_PENDING' })).status).toBe(200);
  const before = Date.now();
  await eventually(() => Date.now() > before);
  expect((await server.callback('c', failed)).status).toBe(202);
  const [deadLetter, ...more] = (await deadLetters()).nodes;
  expect(more).toEqual([]);
  // The release that learns the shape.
  using database = new DatabaseSync(server.settings.databaseUrl.slice('sqlite:'.length));
  database
    .prepare('update dead_letters set body = ?')
    .run(JSON.stringify({ callbackType: 'kyc', customerId: 'c', ...failed, docsMissing: ['SELFIE'] }));
  const [replayed] = await replay([deadLetter.id]);
  expect(replayed).toMatchObject({ outcome: 'APPLIED', update: { revision: 2, receivedAt: deadLetter.lastSeenAt } });
});

test('every refused body is kept, and pages are walked', async () => {
  await post(JSON.stringify({ callbackType: 'transaction', hash: 'h', amount: 7 }));
  await post(signedCallback('a\u0000b', { status: 'X' }));
  await post(signedCallback('c', { status: 'X', hash: undefined }));
  await post('not JSON');
  const { nodes, pageInfo } = await deadLetters('(first: 2)');
  expect(pageInfo.hasNextPage).toBe(true);
  const rest = await deadLetters(`(first: 2, after: "${pageInfo.endCursor}")`);
  expect([...nodes, ...rest.nodes].map(({ reason, customerId }) => [reason, customerId])).toEqual([
    ['NOT_JSON', null],
    ['NOT_GENUINE', 'c'],
    ['IMPOSSIBLE_CUSTOMER_ID', null],
    ['OTHER_CALLBACK_TYPE', null],
  ]);
  expect(rest.pageInfo.hasNextPage).toBe(false);
  const { data } = await server.query('mutation ($ids: [ID!]!) { discardKycDeadLetters(ids: $ids) }', admin, {
    ids: [nodes[0].id, '999'],
  });
  expect(data.discardKycDeadLetters).toEqual([nodes[0].id]);
  expect((await deadLetters()).nodes).toHaveLength(3);
});

test('all of it needs the scope kyc:admin, and an ID that is none is an input error', async () => {
  const reader = await readerToken();
  for (const query of [
    '{ kycDeadLetters { nodes { id } } }',
    'mutation { replayKycDeadLetters(ids: ["1"]) { outcome } }',
    'mutation { discardKycDeadLetters(ids: ["1"]) }',
    'mutation { eraseKyc(customerId: "c") { erasedUpdates } }',
  ]) {
    expect((await server.query(query, reader)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  }
  for (const id of ['x', '-1', '0', '1e3']) {
    const { errors } = await server.query(`mutation { replayKycDeadLetters(ids: ["${id}"]) { outcome } }`, admin);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  }
});
