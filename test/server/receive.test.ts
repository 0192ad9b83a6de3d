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

test('the path of the callbacks is answered in front of the application, every other spelling by the application', async () => {
  const says =
    (name: string): RequestListener =>
    (request, response) =>
      response.end(`${name} ${request.url}`);
  const paths = { basePath: '/base', callbackPath: PATH };
  const server = createServer(receive(says('application'), paths, says('callbacks'))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answered = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    return `${await response.text()}${response.headers.has('x-request-id') ? ', with an ID' : ''}`;
  };
  try {
    expect(await answered('/callbacks/kyc')).toBe('callbacks /callbacks/kyc');
    expect(await answered('/callbacks/kyc?a=b')).toBe('callbacks /callbacks/kyc?a=b');
    expect(await answered('/base//callbacks/kyc/')).toBe('callbacks /callbacks/kyc');
    expect(await answered('/Callbacks/kyc')).toBe('application /Callbacks/kyc, with an ID');
    expect(await answered('/callbacks/kyc/')).toBe('application /callbacks/kyc/, with an ID');
    expect(await answered('/callbacks/kycs')).toBe('application /callbacks/kycs, with an ID');
    expect(await answered('/callbacks')).toBe('application /callbacks, with an ID');
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
