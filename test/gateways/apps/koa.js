/** Koa, with the handlers for Node. Prints its URL. */
import { createServer } from 'node:http';
import Koa from 'koa';
import { openGateway } from './open-gateway.js';

const gateway = await openGateway();
//#region recipe
const app = new Koa();
app.use((context, next) => {
  const handler = { '/hooks/kyc': gateway.callbacks, '/graphql': gateway.graphql }[context.path];
  if (handler === undefined) return next();
  context.respond = false;
  handler(context.req, context.res);
  return undefined;
});
const server = createServer(app.callback());
gateway.attachWebSocket(server, '/graphql');
//#endregion
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
