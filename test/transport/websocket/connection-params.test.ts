import { expect, test } from 'vitest';
import { authorizationHeader, authorizationIn } from '../../../src/transport/websocket/connection-params.ts';

test.each([
  [{ authorization: 'Bearer t' }],
  [{ Authorization: 'Bearer t' }],
  [{ AUTHORIZATION: 't' }],
  [{ authorization: ' t ' }],
  [{ headers: { authorization: 'Bearer t' } }],
  [{ headers: { Authorization: 't' } }],
  [{ Headers: { Authorization: 't' } }],
  [{ authToken: 't' }],
  [{ authToken: 'Bearer t' }],
  [{ auth_token: 't' }],
  [{ accessToken: 't' }],
  [{ token: 't' }],
  [{ authorization: '', token: 't' }],
  [{ authorization: null, headers: { authorization: 't' } }],
])('%j holds the token', (params) => {
  expect(authorizationIn(params)).toBe('Bearer t');
});

test.each([
  [undefined],
  [{}],
  [{ authorization: '' }],
  [{ authorization: 'Bearer ' }],
  [{ authorization: 'bearer' }],
  [{ authorization: 17 }],
  [{ token: ['t'] }],
  [{ headers: 'Bearer t' }],
  [{ headers: null }],
  [{ headers: ['t'] }],
  [{ subject: 't' }],
])('%j holds none', (params) => {
  expect(authorizationIn(params)).toBeUndefined();
});

test('another scheme stays as it is, for the authenticator to refuse', () => {
  expect(authorizationIn({ authorization: 'Basic dTpw' })).toBe('Basic dTpw');
  expect(authorizationIn({ authorization: 'bearer t' })).toBe('bearer t');
});

test("the upgrade's header is read alike", () => {
  expect(authorizationHeader('Bearer t')).toBe('Bearer t');
  expect(authorizationHeader('')).toBeUndefined();
  expect(authorizationHeader(undefined)).toBeUndefined();
});
