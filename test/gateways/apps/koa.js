/** Koa, with the handlers for Node. Prints its URL. */
import Koa from 'koa';
import { openGateway } from './open-gateway.js';

const gateway = await openGateway();
const app = new Koa();
app.use((context, next) => {
  const handler = { '/hooks/kyc': gateway.callbacks, '/graphql': gateway.graphql }[context.path];
  if (handler === undefined) return next();
  context.respond = false;
  handler(context.req, context.res);
  return undefined;
});
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
gateway.attachWebSocket(server, '/graphql');
