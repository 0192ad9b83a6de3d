/** The gateway inside other people's servers, each a process of its own: callbacks, queries, and a subscription. */
import { createClient } from 'graphql-sse';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, CALLBACK_SECRET, JWT_SECRET, signedCallback, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startApplication } from './application.ts';

let resources: AsyncDisposableStack;
beforeEach(() => {
  resources = new AsyncDisposableStack();
});
afterEach(async () => resources.disposeAsync());

test.each(['hono', 'koa'])('%s', async (name) => {
  const folder = resources.use(temporaryFolder());
  const env = { CALLBACK_SECRET, JWT_SECRET, DATABASE_URL: `sqlite:${folder.path}/kyc.db` };
  const { url } = resources.use(await startApplication(name, env));
  const send = async (status: string) => {
    const response = await fetch(`${url}/hooks/kyc`, { method: 'POST', body: signedCallback('alice', { status }) });
    return [response.status, await response.json()];
  };
  expect(await send('CREATED')).toEqual([200, { outcome: 'applied', revision: 1 }]);
  expect((await fetch(`${url}/hooks/kyc`, { method: 'POST', body: '{"callbackType":"kyc"}' })).status).toBe(401);
  const bearer = await token({ sub: 'alice' });
  expect(await ask(url, '{ myKyc { status } }', bearer)).toEqual({ data: { myKyc: { status: 'CREATED' } } });
  const client = createClient({
    url: `${url}/graphql`,
    headers: { authorization: `Bearer ${bearer}` },
    retryAttempts: 0,
  });
  resources.defer(() => client.dispose());
  const updates = client.iterate({ query: 'subscription { kycStatusChanged { status } }' });
  expect((await updates.next()).value).toEqual({ data: { kycStatusChanged: { status: 'CREATED' } } });
  expect(await send('FULL_USER')).toEqual([200, { outcome: 'applied', revision: 2 }]);
  expect((await updates.next()).value).toEqual({ data: { kycStatusChanged: { status: 'FULL_USER' } } });
});
