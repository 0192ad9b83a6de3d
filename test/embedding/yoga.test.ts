/** The rules in GraphQL Yoga, by the Envelop plugin: over HTTP and server-sent events. */
import { createServer } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { readerToken, token } from '../support/server.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
let url: string;
beforeEach(async () => {
  shop = await openShop({ introspection: 'admin', limits: { customer: { connections: 2 } } });
  const { gateway, schema } = shop;
  //#region recipe
  const yoga = createYoga({ schema, plugins: [gateway.envelopPlugin()] });
  const server = createServer(yoga);
  //#endregion
  url = `${await shop.serve(server)}/graphql`;
  await shop.receive('alice', 'KYC_PENDING');
});
afterEach(async () => shop[Symbol.asyncDispose]());

async function ask(query: string, bearer?: string, accept = 'application/json') {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, retryAfter: response.headers.get('www-authenticate'), response };
}
async function codeOf(query: string, bearer?: string): Promise<[status: number, code: string, message: string]> {
  const { status, response } = await ask(query, bearer);
  const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
  return [status, errors[0]?.extensions.code ?? '', errors[0]?.message ?? ''];
}

test('queries answer, with the shop’s own fields', async () => {
  const { response } = await ask(
    '{ myKyc { status } orders(first: 1) { buyer { status orders { id } } } }',
    await token({ sub: 'alice' }),
  );
  expect(await response.json()).toEqual({
    data: { myKyc: { status: 'KYC_PENDING' }, orders: [{ buyer: { status: 'KYC_PENDING', orders: [] } }] },
  });
});

test('errors keep their code, message and status', async () => {
  const alice = await token({ sub: 'alice' });
  expect(await codeOf('{ kyc(customerId: "bob") { status } }', alice)).toEqual([
    200,
    'FORBIDDEN',
    expect.stringContaining('another customer'),
  ]);
  expect(await codeOf('{ myKyc { status } }')).toEqual([200, 'UNAUTHENTICATED', expect.any(String)]);
  const bad = await ask('{ myKyc { status } }', 'no.such.token');
  expect([bad.status, bad.retryAfter]).toEqual([401, 'Bearer']);
  const old = await token({ sub: 'x' }, Math.floor(Date.now() / 1_000) - 60);
  expect(await codeOf('{ myKyc { status } }', old)).toEqual([401, 'UNAUTHENTICATED', expect.any(String)]);
});

test('limits, undeclared variables and introspection are held', async () => {
  const reader = await readerToken();
  const wide = `{ kycCustomers(first: 200) { nodes { ${'revision '.repeat(101)} } } }`;
  expect(await codeOf(wide, reader)).toEqual([400, 'QUERY_TOO_COMPLEX', expect.any(String)]);
  expect(await codeOf('{ __schema { queryType { name } } }', reader)).toEqual([400, 'FORBIDDEN', expect.any(String)]);
  const aliases = Array.from({ length: 21 }, (_, index) => `a${index}: myKyc { status }`).join(' ');
  expect(await codeOf(`{ ${aliases} }`, await token({ sub: 'alice' }))).toEqual([
    400,
    'QUERY_TOO_COMPLEX',
    expect.any(String),
  ]);
});

test('a subscription ends with an error when its token expires or the gateway stops', async () => {
  for (const [bearer, code] of [
    [await token({ sub: 'alice' }, Math.floor(Date.now() / 1_000) - 3), 'UNAUTHENTICATED'],
    [await token({ sub: 'alice' }), 'SHUTTING_DOWN'],
  ] as const) {
    const { response } = await ask('subscription { kycStatusChanged { status shop } }', bearer, 'text/event-stream');
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (code === 'SHUTTING_DOWN' && text.includes('KYC_PENDING') && !text.includes(code)) void shop.gateway.drain();
    }
    expect(text).toContain('"kycStatusChanged":{"status":"KYC_PENDING","shop":"mine"}');
    expect(text).toContain(code);
  }
});

test('each stream counts as a connection of its subject, until it ends', async () => {
  const alice = await token({ sub: 'alice' });
  const open = () => ask('subscription { kycStatusChanged { status } }', alice, 'text/event-stream');
  const first = async ({ response }: Awaited<ReturnType<typeof open>>) => {
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    while (!/KYC_PENDING|"code"/.test(text)) text += Buffer.from((await reader.read()).value ?? []).toString();
    return { text, leave: () => reader.cancel() };
  };
  const held = [await first(await open()), await first(await open())];
  const refused = await first(await open());
  expect(refused.text).toContain('TOO_MANY_CONNECTIONS');
  for (const { leave } of held) await leave();
  await eventually(async () => {
    const again = await first(await open());
    await again.leave();
    return again.text.includes('KYC_PENDING');
  });
});

test('operations are in the metrics: their types, their errors by code, and how long they took', async () => {
  const alice = await token({ sub: 'alice' });
  await (await ask('{ myKyc { status } }', alice)).response.text();
  await (await ask('{ kyc(customerId: "bob") { status } }', alice)).response.text();
  const aliases = Array.from({ length: 21 }, (_, index) => `a${index}: myKyc { status }`).join(' ');
  await (await ask(`{ ${aliases} }`, alice)).response.text();
  const { response } = await ask(
    'subscription { kycStatusChanged(customerId: "alice") { status } }',
    alice,
    'text/event-stream',
  );
  await response.body?.getReader().read();
  const expected = [
    'FORBIDDEN 1',
    'QUERY_TOO_COMPLEX 1',
    'query 3',
    'subscription 1',
    'timed query 3',
    'timed subscription 1',
  ];
  await expect.poll(() => shop.operations()).toEqual(expected);
});
