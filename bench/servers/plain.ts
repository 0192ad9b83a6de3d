/**
 * Our plain handlers on a server of an owner's, without Express: what docs/plugin.md shows for those who need the most of it. With
 * `IN_EXPRESS`, in an Express application instead.
 */
import { createServer } from 'node:http';
import express from 'express';
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
  // As docs/plugin.md advises: lines are written in groups, as the server writes its own.
  log: pino({ level: process.env['LOG_LEVEL'] ?? 'info' }, pino.destination({ sync: false, minLength: 4_096 })),
});
await gateway.start();
const listener =
  process.env['IN_EXPRESS'] === undefined
    ? createServer((request, response) => {
        const [path] = (request.url ?? '').split('?', 1);
        if (path === '/callbacks/kyc') gateway.callbacks(request, response);
        else if (path === '/graphql') gateway.graphql(request, response);
        else if (path === '/graphql/stream') gateway.stream(request, response);
        else response.writeHead(404).end();
      })
    : createServer(express().use('/callbacks/kyc', gateway.callbacks).use('/graphql', gateway.graphql));
listener.listen(Number(process.env['PORT']), '127.0.0.1');
