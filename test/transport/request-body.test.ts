import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseBody, receiveBody } from '../../src/transport/request-body.ts';

let stack: DisposableStack;
beforeEach(() => {
  stack = new DisposableStack();
});
afterEach(() => stack.dispose());

const MAX_BYTES = 100;

async function serve(parser: RequestHandler): Promise<string> {
  const app = express();
  app.use(parser, async (request, response) => {
    try {
      const received = await receiveBody(request, MAX_BYTES);
      response.json({ read: (await parseBody(received, request, MAX_BYTES)) ?? null });
    } catch (error) {
      response.status((error as { status: number }).status).json({ code: (error as { code: string }).code });
    }
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const all = () => true;
/** What Express 4's json() does with a content type that is not its own. */
const express4Json: RequestHandler = (request, _response, next) => {
  request.body = {};
  next();
};
const PARSERS: readonly (readonly [name: string, parser: () => RequestHandler])[] = [
  ['no parser', () => (_request, _response, next) => next()],
  ['express.json()', () => express.json()],
  ['express.raw()', () => express.raw({ type: all })],
  ['express.text()', () => express.text({ type: all })],
  ["Express 4's json()", () => express4Json],
];

test.each(PARSERS)('behind %s the JSON is read, with a byte order mark or without', async (_name, parser) => {
  const url = await serve(parser());
  for (const type of ['application/json', 'application/graphql+json']) {
    for (const body of ['{"query":"é"}', '\ufeff{"query":"é"}']) {
      const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': type } });
      // express.json() itself may refuse the mark.
      if (response.status === 400) continue;
      expect(await response.json()).toEqual({ read: { query: 'é' } });
    }
  }
});

test.each(PARSERS)('behind %s what is not JSON is nothing', async (_name, parser) => {
  const url = await serve(parser());
  const response = await fetch(url, { method: 'POST', body: '{', headers: { 'content-type': 'text/plain' } });
  expect(await response.json()).toEqual({ read: null });
});

test('a body over the limit is refused, also when express.raw() has read it', async () => {
  for (const parser of [express.raw({ type: all }), express4Json]) {
    const response = await fetch(await serve(parser), { method: 'POST', body: `"${'x'.repeat(MAX_BYTES)}"` });
    expect([response.status, await response.json()]).toEqual([413, { code: 'TOO_LARGE' }]);
  }
});
