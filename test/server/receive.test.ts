import { expect, test } from 'vitest';
import { collapseSlashes } from '../../src/server/receive.ts';

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
