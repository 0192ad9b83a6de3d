/** Fastify with middie, which mounts the handlers for Node as they are. Prints its URL. */
import middie from '@fastify/middie';
import fastify from 'fastify';
import { openGateway } from './open-gateway.js';

const gateway = await openGateway();
//#region recipe
const app = fastify();
await app.register(middie);
app.use('/hooks/kyc', gateway.callbacks);
app.use('/graphql', gateway.graphql);
gateway.attachWebSocket(app.server, '/graphql');
//#endregion
app.post('/echo', async ({ body }) => body);
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
