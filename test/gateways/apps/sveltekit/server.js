/** SvelteKit by its Node adapter, in a server of the application's own. Prints its URL. */
import { createServer } from 'node:http';
import { openGateway } from '../open-gateway.js';

// Made by `vite build`.
const { handler } = await import(new URL('build/handler.js', import.meta.url).href);
const gateway = await openGateway();
//#region recipe
// server.js, beside the build of @sveltejs/adapter-node
globalThis.kycGateway = gateway;
const server = createServer((request, response) => {
  // Before SvelteKit, which refuses a POST that may be a form of another site: callbacks can have any content type.
  if (request.url === '/hooks/kyc') gateway.callbacks(request, response);
  else handler(request, response);
});
gateway.attachWebSocket(server, '/graphql');
//#endregion
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
