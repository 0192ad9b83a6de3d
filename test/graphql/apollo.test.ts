import crypto from 'node:crypto';
import { ApolloServer, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import { buildSchema } from 'graphql';
import { expect, test, vi } from 'vitest';
import { resolveLimits } from '../../src/access/limits.ts';
import type { Viewer } from '../../src/access/viewer.ts';
import { createApollo } from '../../src/graphql/apollo.ts';
import { createApolloPlugin } from '../../src/graphql/apollo-plugin.ts';
import { Admission } from '../../src/http/admission.ts';
import { createLog } from '../../src/telemetry/log.ts';

const log = createLog('silent');
const schema = buildSchema('type Query { a(b: String): Int }');
const limits = resolveLimits({ tokens: 50, customer: { concurrentOperations: 1, queuedOperations: 1 } });
const policy = { limits, introspection: 'admin' } as const;
const viewer: Viewer = { subject: 's', customerId: 's', mayRead: false, mayAdmin: false, expiresAt: null };

test("Apollo Server writes to the owner's log, not to the console", () => {
  expect(createApollo(schema, policy, log, () => {}).logger).toBe(log);
});

/** An Apollo Server of an owner's, with our plugin and perhaps one of theirs. */
async function ownServer(...plugins: ApolloServerPlugin[]) {
  const admission = new Admission(limits);
  const plugin = createApolloPlugin({
    ...policy,
    admission,
    documents: null,
    log,
    operationOf: () => ({ viewer }) as never,
    checkSchema: () => {},
  });
  const options = { schema, plugins: [plugin, ...plugins], logger: log, stopOnTerminationSignals: false };
  const apollo = new ApolloServer<BaseContext>(options);
  await apollo.start();
  const ask = async (query: string, variables?: Record<string, unknown>) => {
    const { body, http } = await apollo.executeOperation({ query, ...(variables && { variables }) });
    if (body.kind !== 'single') throw new Error('not one answer');
    const { data, errors } = body.singleResult;
    return { status: http.status ?? 200, data: data ?? null, code: errors?.[0]?.extensions?.['code'] };
  };
  return { admission, ask };
}

test("in an owner's Apollo Server a subject over its budget is refused before anything is parsed", async () => {
  const { admission, ask } = await ownServer();
  expect(admission.enter(viewer)).toBeUndefined();
  const waits = ask('{ a }');
  expect((await ask('{ not GraphQL')).code).toBe('TOO_MANY_REQUESTS');
  expect(await ask('{ a }', { undeclared: 1 })).toEqual({ status: 429, data: null, code: 'TOO_MANY_REQUESTS' });
  admission.leave(viewer);
  expect(await waits).toEqual({ status: 200, data: { a: null }, code: undefined });
  expect(await ask('{ not GraphQL')).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' });
});

test('every place is given back, whatever becomes of the operation', async () => {
  let isBroken = true;
  const { ask } = await ownServer({
    requestDidStart: async () => {
      if (isBroken) throw new Error('a plugin of the owner');
    },
  });
  for (let sent = 0; sent < 5; sent++) await expect(ask('{ a }')).rejects.toThrow('Internal server error');
  isBroken = false;
  for (const query of ['{ a }', '{', '{ b }', 'query a { a } query b { a }', '{ a }']) await ask(query);
  expect(await ask('{ a }')).toMatchObject({ data: { a: null } });
});

test("in an owner's Apollo Server a document has at most so many tokens, whatever its length", async () => {
  const { ask } = await ownServer();
  expect(await ask(`{ ${'a '.repeat(48)} }`)).toMatchObject({ data: { a: null } });
  expect(await ask(`{ ${'a '.repeat(49)} }`)).toEqual({ status: 400, data: null, code: 'GRAPHQL_PARSE_FAILED' });
  expect(await ask(`{ a(b: "${'x'.repeat(5_000)}") } # ${'y'.repeat(5_000)}`)).toMatchObject({ data: { a: null } });
  expect(await ask(`{ a(b: "${'x'.repeat(5_000)} }`)).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' });
});

test('our own Apollo Server finds documents by their text, and hashes none', async () => {
  const apollo = createApollo(schema, policy, log, () => {});
  await apollo.start();
  const hashes = vi.spyOn(crypto, 'createHash');
  const contextValue = { viewer, requestId: 'r' } as never;
  for (const query of ['{ a }', '{ a }', '{ a(b: "1") }', '{ c }', '{', '{ a }']) {
    for (const extensions of [undefined, { client: 'theirs' }]) {
      const { body } = await apollo.executeOperation({ query, ...(extensions && { extensions }) }, { contextValue });
      const codes = body.kind === 'single' && body.singleResult.errors?.map((error) => error.extensions?.['code']);
      expect(codes).toEqual(
        query === '{' ? ['GRAPHQL_PARSE_FAILED'] : query === '{ c }' ? ['GRAPHQL_VALIDATION_FAILED'] : undefined,
      );
    }
  }
  expect(hashes).not.toHaveBeenCalled();
  await apollo.stop();
});

test('our own Apollo Server asks one plugin at each request, and has none of its own', async () => {
  const apollo = createApollo(schema, policy, log, () => {});
  const { internals } = apollo as unknown as { internals: { plugins: readonly ApolloServerPlugin[] } };
  await apollo.start();
  expect(internals.plugins.map((plugin) => Object.keys(plugin))).toEqual([
    ['serverWillStart', 'unexpectedErrorProcessingRequest', 'requestDidStart'],
  ]);
  await apollo.stop();
});
