import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { originForm } from '../../src/http/request-target.ts';
import { collapseSlashes, receive } from '../../src/server/receive.ts';

const PATH = '/callbacks/kyc';

test.each([
  '/callbacks/kyc',
  '//callbacks/kyc',
  '///callbacks//kyc',
  '/callbacks/kyc//',
  '/callbacks%2Fkyc',
  '/callbacks/%2fkyc',
  '//Callbacks/kyc',
])('%s is the path of the callbacks', (url) => {
  expect(collapseSlashes(url, PATH)).toBe(PATH);
});

test('the query stays, slashes in it too', () => {
  expect(collapseSlashes('//callbacks/kyc?a=//b', PATH)).toBe('/callbacks/kyc?a=//b');
});

test.each([
  '/graphql//stream',
  '//graphql',
  '/callbacks//other',
  '/x//callbacks/kyc',
  '//',
  '',
  '/callbacks/kyc?a=%2f',
])('%s stays as it is', (url) => {
  expect(collapseSlashes(url, PATH)).toBe(url);
});

test('every answer gets an ID; the endpoint of the callbacks writes its own', async () => {
  const application: RequestListener = (request, response) => response.end(request.url);
  const server = createServer(receive(application, { basePath: '/base', callbackPath: PATH })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answered = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    return `${await response.text()}${response.headers.has('x-request-id') ? ', with an ID' : ''}`;
  };
  try {
    expect(await answered('/callbacks/kyc')).toBe('/callbacks/kyc');
    expect(await answered('/callbacks/kyc?a=b')).toBe('/callbacks/kyc?a=b');
    expect(await answered('/base//callbacks/kyc/')).toBe('/callbacks/kyc');
    expect(await answered('/Callbacks/kyc')).toBe('/Callbacks/kyc, with an ID');
    expect(await answered('/callbacks/kyc/')).toBe('/callbacks/kyc/, with an ID');
    expect(await answered('/callbacks/kycs')).toBe('/callbacks/kycs, with an ID');
    expect(await answered('/callbacks')).toBe('/callbacks, with an ID');
  } finally {
    server.close();
  }
});

test.each([
  ['/callbacks/kyc', '/callbacks/kyc'],
  ['//host/path', '//host/path'],
  ['http://host/callbacks/kyc?a=http://b/', '/callbacks/kyc?a=http://b/'],
  ['HTTP://host', '/'],
  ['https://host?a=b', '/?a=b'],
  ['*', '*'],
  ['host:443', 'host:443'],
  ['', ''],
])('the request target "%s" is the path "%s"', (target, path) => {
  expect(originForm(target)).toBe(path);
});
