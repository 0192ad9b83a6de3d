/** Relay, compiled by its own compiler: the store shows updates in every view, and a refetchable fragment goes through `node`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createResumingClient } from '../../src/client/index.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { startTestServer, type TestServer, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { installedModule, installedPath } from './installed.ts';

const PAGE = `const { graphql } = require('relay-runtime');
graphql\`
  fragment page_status on Kyc @refetchable(queryName: "pageRefetchQuery") { status nextAction verified }
\`;
graphql\`query pageQuery { myKyc { id ...page_status } }\`;
graphql\`query pageDetailQuery($customerId: ID!) { kyc(customerId: $customerId) { revision latestUpdate { id revision } } }\`;
graphql\`query pageNodesQuery($ids: [ID!]!) { nodes(ids: $ids) { id ... on KycUpdate { revision status } } }\`;
graphql\`subscription pageSubscription($after: String) {
  kycStatusChanged(after: $after) { cursor revision kyc { revision latestUpdate { revision } ...page_status } }
}\`;
`;

describe('Relay', () => {
  const folder = temporaryFolder();
  const load = createRequire(join(folder.path, 'page.js'));
  const artifact = (name: string) => load(`./__generated__/${name}.graphql.js`);
  let server: TestServer;

  beforeAll(async () => {
    mkdirSync(join(folder.path, '__generated__'));
    writeFileSync(join(folder.path, 'page.js'), PAGE);
    writeFileSync(join(folder.path, 'package.json'), '{"type":"commonjs"}');
    writeFileSync(join(folder.path, 'schema.graphql'), printSchema(createSchema()));
    const config = {
      src: '.',
      schema: './schema.graphql',
      language: 'javascript',
      eagerEsModules: false,
      artifactDirectory: './__generated__',
    };
    writeFileSync(join(folder.path, 'relay.config.json'), JSON.stringify(config));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [installedPath('relay-compiler', 'cli.js'), join(folder.path, 'relay.config.json')],
      { cwd: folder.path, encoding: 'utf8', timeout: 50_000 },
    );
    expect([status, status === 0 ? '' : `${stdout}${stderr}`]).toEqual([0, '']);
    server = await startTestServer();
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  test('an update shows in every view, and a refetchable fragment refetches by ID', async () => {
    const { Environment, Network, Observable, RecordSource, Store, ...relay } = installedModule('relay-runtime');
    const bearer = await token({ sub: 'a' });
    await server.callback('a', { status: 'KYC_PENDING' });
    const socket = createResumingClient({ url: server.wsUrl, connectionParams: { authorization: `Bearer ${bearer}` } });
    let requests = 0;
    const environment = new Environment({
      store: new Store(new RecordSource()),
      network: Network.create(
        ({ text }: { text: string }, variables: object) => {
          requests++;
          return server.query(text, bearer, variables);
        },
        ({ text, name }: { text: string; name: string }, variables: Record<string, unknown>) =>
          Observable.create((sink: never) => socket.subscribe({ query: text, operationName: name, variables }, sink)),
      ),
    });
    const ask = (name: string, variables: object = {}) =>
      relay.fetchQuery(environment, artifact(name), variables).toPromise();
    const operation = (name: string, variables: object = {}) =>
      relay.createOperationDescriptor(relay.getRequest(artifact(name)), variables);
    /** What a view of a query shows now. */
    const shown = (name: string, variables: object = {}) =>
      environment.lookup(operation(name, variables).fragment).data;
    const fragment = () => {
      const { myKyc } = shown('pageQuery');
      return environment.lookup(relay.getSingularSelector(artifact('page_status'), myKyc)).data;
    };

    const { id } = (await ask('pageQuery')).myKyc;
    await ask('pageDetailQuery', { customerId: 'a' });
    // Held like by mounted components, or the store would drop them.
    environment.retain(operation('pageQuery'));
    environment.retain(operation('pageDetailQuery', { customerId: 'a' }));
    expect(fragment()).toEqual({ id, status: 'KYC_PENDING', nextAction: 'WAIT', verified: false });
    const before = requests;

    relay.requestSubscription(environment, { subscription: artifact('pageSubscription'), variables: {} });
    await server.callback('a', { status: 'FULL_USER' });
    await vi.waitFor(() => {
      expect(fragment()).toEqual({ id, status: 'FULL_USER', nextAction: 'NONE', verified: true });
      expect(shown('pageDetailQuery', { customerId: 'a' }).kyc).toMatchObject({
        revision: 2,
        latestUpdate: { revision: 2 },
      });
    });
    expect(requests).toBe(before);

    await ask('pageRefetchQuery', { id });
    expect(requests).toBe(before + 1);
    expect(fragment()).toEqual({ id, status: 'FULL_USER', nextAction: 'NONE', verified: true });
    const update = shown('pageDetailQuery', { customerId: 'a' }).kyc.latestUpdate.id;
    expect((await ask('pageNodesQuery', { ids: [update] })).nodes).toEqual([
      { id: update, revision: 2, status: 'FULL_USER' },
    ]);
    await socket.dispose();
  });
});
