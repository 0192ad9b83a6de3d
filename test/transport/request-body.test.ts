import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseBody, receiveBody } from '../../src/transport/request-body.ts';
import { EXPRESS_VERSIONS } from '../support/express.ts';

let stack: DisposableStack;
beforeEach(() => {
  stack = new DisposableStack();
});
afterEach(() => stack.dispose());

const MAX_BYTES = 100;

async function serve(parser: RequestHandler, framework = express): Promise<string> {
  const app = framework();
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
type Parser = (framework: typeof express) => RequestHandler;
const PARSERS: readonly (readonly [name: string, parser: Parser])[] = [
  ['no parser', () => (_request, _response, next) => next()],
  ['json()', ({ json }) => json()],
  ['raw()', ({ raw }) => raw({ type: all })],
  ['text()', ({ text }) => text({ type: all })],
  ['urlencoded()', ({ urlencoded }) => urlencoded({ extended: true })],
];
const CASES = EXPRESS_VERSIONS.flatMap(([version, framework]) =>
  PARSERS.map(([name, parser]) => [version, name, framework, parser] as const),
);

test.each(CASES)(
  'in %s behind %s the JSON is read, with a byte order mark or without',
  async (_version, _name, framework, parser) => {
    const url = await serve(parser(framework), framework);
    for (const type of ['application/json', 'application/graphql+json']) {
      for (const body of ['{"query":"é"}', '\ufeff{"query":"é"}']) {
        const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': type } });
        // express.json() itself may refuse the mark.
        if (response.status === 400) continue;
        expect(await response.json()).toEqual({ read: { query: 'é' } });
      }
    }
  },
);

test.each(CASES)('in %s behind %s what is not JSON is nothing', async (_version, _name, framework, parser) => {
  const url = await serve(parser(framework), framework);
  const response = await fetch(url, { method: 'POST', body: '{', headers: { 'content-type': 'text/plain' } });
  expect(await response.json()).toEqual({ read: null });
});

test('a body over the limit is refused, also when express.raw() has read it', async () => {
  for (const [, framework] of EXPRESS_VERSIONS) {
    const url = await serve(framework.raw({ type: all }), framework);
    const response = await fetch(url, { method: 'POST', body: `"${'x'.repeat(MAX_BYTES)}"` });
    expect([response.status, await response.json()]).toEqual([413, { code: 'TOO_LARGE' }]);
  }
});
