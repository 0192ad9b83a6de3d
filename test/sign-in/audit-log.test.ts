/** The audit log of what people who signed in do, over both stores. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Settings } from '../../src/server/settings.ts';
import { eventually } from '../support/eventually.ts';
import { FetchBrowser, signInWith } from '../support/fetch-browser.ts';
import { freshDatabase } from '../support/postgres.ts';
import { adminToken } from '../support/server.ts';
import { askWith, openSocket, type SignInServer, startSignInServer } from '../support/sign-in.ts';

let one: SignInServer | null = null;
afterEach(async () => {
  await one?.[Symbol.asyncDispose]();
  one = null;
});

interface Entry {
  readonly person: { readonly name: string; readonly subject: string; readonly issuer: string };
  readonly operation: string;
  readonly operationName: string | null;
  readonly fields: readonly string[];
  readonly customerIds: readonly string[];
  readonly erasedCustomers: readonly string[];
  readonly outcome: string;
  readonly codes: readonly string[];
  readonly requestId: string | null;
}

const LOG = `query ($filter: KycAuditLogFilter, $first: Int, $after: String) { kycAuditLog(filter: $filter, first: $first, after: $after) {
  nodes { id at person { name subject issuer } operation operationName fields customerIds erasedCustomers outcome codes requestId }
  pageInfo { hasNextPage endCursor } } }`;

async function started(databaseUrl?: string, settings: Partial<Settings> = {}) {
  one = await startSignInServer({
    settings: { requireConfirmation: true, ...settings, ...(databaseUrl !== undefined && { databaseUrl }) },
  });
  const { url, server } = one;
  const browser = new FetchBrowser();
  await signInWith(browser, url, 'ada');
  const headers = { cookie: browser.header(url), origin: url };
  /** As a service: reading the log leaves no entry. */
  const read = async (variables: object = {}): Promise<readonly Entry[]> => {
    const { data, errors } = await server.query(LOG, await adminToken(), variables);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.kycAuditLog.nodes;
  };
  return { ...one, headers, read, ask: (query: string) => askWith(url, headers, query) };
}

describe.each([
  ['SQLite', async () => undefined],
  ['Postgres', freshDatabase],
])('%s', (_store, databaseOf) => {
  test('one entry an operation, within a second: what it was, whose data it opened, and how it ended', async () => {
    const { server, ask, read, headers } = await started(await databaseOf());
    for (const customerId of ['alice', 'bob', 'carol']) await server.callback(customerId, { status: 'FULL_USER' });
    await ask('query One { kyc(customerId: "alice") { status } other: kyc(customerId: "nobody") { status } }');
    await ask('query Page { kycCustomers(first: 2) { nodes { status } } }');
    await ask('query Updates { kycUpdates(last: 1) { nodes { status } } }');
    await ask('query Bad { kycCustomers(first: 500) { nodes { status } } }');
    await ask('mutation Decide { confirmKyc(customerId: "bob", revision: 1, reason: "seen") { outcome } }');
    await server.query('{ kyc(customerId: "carol") { status } }', await adminToken());
    await eventually(async () => (await read()).filter(({ outcome }) => outcome !== 'UNKNOWN').length === 5);
    const entries = await read();
    expect(entries.map(({ operationName }) => operationName)).toEqual(['Decide', 'Bad', 'Updates', 'Page', 'One']);
    const [decide, bad, updates, page, kyc] = entries;
    expect(decide).toMatchObject({
      person: { name: 'ada@shop.example', subject: 'ada', issuer: one?.provider.issuer },
      operation: 'MUTATION',
      fields: ['confirmKyc'],
      customerIds: ['bob'],
      outcome: 'DONE',
    });
    expect(decide?.requestId).toMatch(/^[\w.-]{8,64}$/);
    expect(bad).toMatchObject({ outcome: 'FAILED', codes: ['BAD_USER_INPUT'], customerIds: [] });
    expect(updates?.customerIds).toEqual(['carol']);
    expect(page?.customerIds).toEqual(['bob', 'carol']);
    // Nobody has the ID "nobody": no data of theirs was opened.
    expect(kyc).toMatchObject({ operation: 'QUERY', fields: ['kyc'], customerIds: ['alice'], outcome: 'DONE' });

    const { socket, messages } = openSocket(server.wsUrl, headers);
    await eventually(() => messages.some(({ type }) => type === 'connection_ack'));
    const query = 'subscription Follow { kycStatusChanged(customerId: "alice") { status } }';
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    await eventually(async () => (await read())[0]?.operationName === 'Follow');
    expect((await read())[0]).toMatchObject({ operation: 'SUBSCRIPTION', customerIds: ['alice'], requestId: null });
    socket.terminate();
  });

  test('an operation that opens more customers than an entry has is refused', async () => {
    const { server, headers, read, url } = await started(await databaseOf());
    await server.callback('alice', { status: 'FULL_USER' });
    const ids = Array.from({ length: 1_000 }, (_, n) => `c${n}`);
    const pages = [0, 1, 2, 3, 4];
    const variables = Object.fromEntries(pages.map((n) => [`p${n}`, ids.slice(200 * n, 200 * n + 200)]));
    const ask = async (more: string) => {
      const fields = pages.map((n) => `p${n}: kycByCustomerIds(customerIds: $p${n}) { status }`);
      const query = `query (${pages.map((n) => `$p${n}: [ID!]!`).join(' ')}) { ${fields.join(' ')} ${more} }`;
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as { data?: object; errors?: readonly { extensions: { code: string } }[] };
    };
    expect((await ask('')).errors).toBeUndefined();
    const { data, errors } = await ask('kyc(customerId: "alice") { status }');
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    await eventually(async () => (await read()).length === 1);
  });

  test('filters by person, customer and time combine, and pages do not overlap', async () => {
    const { server, ask, read, url } = await started(await databaseOf());
    await server.callback('alice', { status: 'FULL_USER' });
    await server.callback('bob', { status: 'FULL_USER' });
    const sams = new FetchBrowser();
    await signInWith(sams, url, 'sam');
    const samAsks = (query: string) => askWith(url, { cookie: sams.header(url), origin: url }, query);
    for (let n = 0; n < 3; n++) await ask(`query Ada${n} { kyc(customerId: "alice") { status } }`);
    await eventually(async () => (await read()).length === 3);
    const middle = new Date().toISOString();
    for (let n = 0; n < 2; n++)
      await samAsks(`query Sam${n} { kycByCustomerIds(customerIds: ["alice", "bob"]) { status } }`);
    await eventually(async () => (await read()).length === 5);
    const names = async (filter: object, more: object = {}) =>
      (await read({ filter, ...more })).map(({ operationName }) => operationName);
    expect(await names({ name: 'sam' })).toEqual(['Sam1', 'Sam0']);
    expect(await names({ subject: 'ada' })).toEqual(['Ada2', 'Ada1', 'Ada0']);
    expect(await names({ customerId: 'bob' })).toEqual(['Sam1', 'Sam0']);
    expect(await names({ customerId: 'alice', name: 'ada@shop.example' })).toEqual(['Ada2', 'Ada1', 'Ada0']);
    expect(await names({ from: middle })).toEqual(['Sam1', 'Sam0']);
    expect(await names({ to: middle, customerId: 'alice' })).toEqual(['Ada2', 'Ada1', 'Ada0']);
    expect(await names({ name: 'nobody' })).toEqual([]);
    const seen: (string | null)[] = [];
    for (let after: string | null = null; ; ) {
      const { data } = await server.query(LOG, await adminToken(), { first: 2, after });
      seen.push(...data.kycAuditLog.nodes.map((entry: Entry) => entry.operationName));
      after = data.kycAuditLog.pageInfo.endCursor;
      if (data.kycAuditLog.pageInfo.hasNextPage === false) break;
    }
    expect(seen).toEqual(['Sam1', 'Sam0', 'Ada2', 'Ada1', 'Ada0']);
    for (const after of ['x', '1', '-1.1', '1.0']) {
      const { errors } = await server.query(LOG, await adminToken(), { after });
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    const { errors } = await samAsks('{ kycAuditLog { nodes { id } } }');
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('erasing a customer replaces them in every entry, and no later entry brings the ID back', async () => {
    const { server, ask, read } = await started(await databaseOf());
    await server.callback('alice', { status: 'FULL_USER' });
    await server.callback('bob', { status: 'FULL_USER' });
    await ask('query Both { kycByCustomerIds(customerIds: ["alice", "bob"]) { status } }');
    await eventually(async () => (await read()).length === 1);
    const { errors } = await ask('mutation Erase { eraseKyc(customerId: "alice") { erasedUpdates } }');
    expect(errors).toBeUndefined();
    await ask('query Again { kyc(customerId: "alice") { status } }');
    await eventually(async () => (await read()).filter(({ outcome }) => outcome === 'DONE').length === 3);
    const [again, erase, both] = await read();
    expect(again).toMatchObject({ customerIds: [], erasedCustomers: [] });
    expect(both?.customerIds).toEqual(['bob']);
    expect(both?.erasedCustomers).toEqual([expect.stringMatching(/^erased-\d+$/)]);
    expect(erase).toMatchObject({ customerIds: [], erasedCustomers: both?.erasedCustomers });
    expect(await read({ filter: { customerId: 'alice' } })).toEqual([]);
  });
});

test('whose data an entity of a federated graph opens', async () => {
  const federation = { entity: 'Customer', key: 'id', field: 'kyc' };
  const { server, ask, read } = await started(undefined, { federation });
  await server.callback('alice', { status: 'FULL_USER' });
  await server.callback('bob', { status: 'FULL_USER' });
  const representations = `[{ __typename: "Kyc", customerId: "alice" }, { __typename: "Customer", id: "bob" }]`;
  const { errors } = await ask(`{ _entities(representations: ${representations}) {
    ... on Kyc { status } ... on Customer { kyc { status } } } }`);
  expect(errors).toBeUndefined();
  await eventually(async () => (await read()).length === 1);
  expect((await read())[0]).toMatchObject({ fields: ['_entities'], customerIds: ['alice', 'bob'] });
});
