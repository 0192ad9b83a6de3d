import { expect, test } from 'vitest';
import { CLOSE } from '../../src/client/protocol.ts';
import { ERROR_CODES, KycError } from '../../src/errors.ts';
import { ERROR_ANSWERS, HttpError, httpAnswer, socketClose } from '../../src/http/error-response.ts';

test('every error code has one row, and no row is left over', () => {
  expect(Object.keys(ERROR_ANSWERS).sort()).toEqual([...ERROR_CODES].sort());
  expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
});

test('every 429 and 503 says when to try again', () => {
  for (const [code, { status, retryAfter }] of Object.entries(ERROR_ANSWERS)) {
    if (status === 429 || status === 503) expect([code, retryAfter]).toEqual([code, expect.any(Number)]);
  }
});

test('an error without a token names the scheme, and closes a socket with 4403', () => {
  const error = new KycError('UNAUTHENTICATED', 'Send a token.');
  expect(httpAnswer(error)).toEqual({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  expect(socketClose(error)).toBe(CLOSE.forbidden);
});

test("an error's own retryAfter replaces the row's, in whole seconds", () => {
  const error = new KycError('TOO_MANY_REQUESTS', 'Too many operations.', { retryAfter: 1.2 });
  expect(httpAnswer(error)).toEqual({ status: 429, headers: { 'Retry-After': '2' } });
  expect(error.extensions).toEqual({ code: 'TOO_MANY_REQUESTS', retryAfter: 1.2 });
});

test('an HttpError replaces the status and adds headers', () => {
  const error = new HttpError('BAD_USER_INPUT', 'Send a POST.', { status: 405, headers: { Allow: 'POST' } });
  expect(httpAnswer(error)).toEqual({ status: 405, headers: { Allow: 'POST' } });
  expect(socketClose(error)).toBeUndefined();
});
