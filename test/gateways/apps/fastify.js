/** Fastify, with the handlers for Node behind `hijack`. Prints its URL. */
import fastify from 'fastify';
import { openGateway } from './open-gateway.js';

const gateway = await openGateway();
//#region recipe
const app = fastify();
app.register((kyc, _options, done) => {
  // In this scope alone: the gateway reads the bodies itself.
  kyc.removeAllContentTypeParsers();
  kyc.addContentTypeParser('*', (_request, _body, parsed) => parsed(null));
  const mount = (handler) => (request, reply) => {
    reply.hijack();
    handler(request.raw, reply.raw);
  };
  kyc.post('/hooks/kyc', mount(gateway.callbacks));
  kyc.all('/graphql', mount(gateway.graphql));
  done();
});
gateway.attachWebSocket(app.server, '/graphql');
//#endregion
// Routes of the application's own keep Fastify's parsers.
app.post('/echo', async ({ body }) => body);
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
