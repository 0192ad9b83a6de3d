/** Hono, with the handlers for the Fetch API. Prints its URL. */
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { openGateway } from './open-gateway.js';

const gateway = await openGateway();
//#region recipe
const app = new Hono();
app.post('/hooks/kyc', (context) =>
  gateway.fetch.callbacks(context.req.raw, { remoteAddress: getConnInfo(context).remote.address }),
);
app.all('/graphql', (context) => gateway.fetch.graphql(context.req.raw));
//#endregion
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
