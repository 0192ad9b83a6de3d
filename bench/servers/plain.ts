/** Our plain handlers on a server of an owner's, without Express: what docs/plugin.md shows for those who need the most of it. */
import { createServer } from 'node:http';
import { pino } from 'pino';
import { createKycGateway } from '../../src/index.ts';

const gateway = await createKycGateway({
  secrets: { current: process.env['XGATEWAY_SECRET_KEY'] ?? '' },
  databaseUrl: process.env['DATABASE_URL'] ?? '',
  access: {
    key: { secret: process.env['JWT_SECRET'] ?? '' },
    issuer: process.env['JWT_ISSUER'],
    audience: process.env['JWT_AUDIENCE'],
  },
  log: pino({ level: process.env['LOG_LEVEL'] ?? 'info' }),
});
await gateway.start();
createServer((request, response) => {
  const [path] = (request.url ?? '').split('?', 1);
  if (path === '/callbacks/kyc') gateway.callbacks(request, response);
  else if (path === '/graphql') gateway.graphql(request, response);
  else if (path === '/graphql/stream') gateway.stream(request, response);
  else response.writeHead(404).end();
}).listen(Number(process.env['PORT']), '127.0.0.1');
