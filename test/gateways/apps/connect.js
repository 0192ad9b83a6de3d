/** Connect, with the handlers for Node. Prints its URL. */
import { createServer } from 'node:http';
import connect from 'connect';
import { openGateway } from './open-gateway.js';

const gateway = await openGateway();
//#region recipe
const app = connect();
app.use('/hooks/kyc', gateway.callbacks);
app.use('/graphql', gateway.graphql);
const server = createServer(app);
gateway.attachWebSocket(server, '/graphql');
//#endregion
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
