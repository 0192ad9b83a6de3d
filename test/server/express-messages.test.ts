/** Requests and answers have Express' prototypes before Express sees them: fails when Node or Express no longer takes them from there. */
import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, test } from 'vitest';
import { messageClasses } from '../../src/server/express-messages.ts';

test('Node makes requests and answers with the prototypes that Express gives them', async () => {
  const app = express();
  app.get('/', (request, response) => {
    response.json({
      prototypes: [Object.getPrototypeOf(request) === app.request, Object.getPrototypeOf(response) === app.response],
      before,
      areNodes: request instanceof IncomingMessage && response instanceof ServerResponse,
      areExpress: request.app === app && response.app === app && request.accepts('json') === 'json',
    });
  });
  let before: unknown;
  const server = createServer(messageClasses(app), (request, response) => {
    before = [Object.getPrototypeOf(request) === app.request, Object.getPrototypeOf(response) === app.response];
    app(request as never, response as never);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await answer.json()).toEqual({
      prototypes: [true, true],
      before: [true, true],
      areNodes: true,
      areExpress: true,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
