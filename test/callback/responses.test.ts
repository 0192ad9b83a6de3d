import { expect, test } from 'vitest';
import { ANSWERS, type AnswerName, answerOf, bodyOf } from '../../src/callback/responses.ts';
import { ERROR_CODES, type ErrorCode } from '../../src/errors.ts';
import { ERROR_ANSWERS } from '../../src/http/error-response.ts';

test.each<[answer: AnswerName, status: number, kept: string]>([
  ['applied', 200, 'entry'],
  ['unchanged', 200, 'nothing'],
  ['kept', 202, 'genuine dead letter'],
  ['TOO_MANY_FOR_CUSTOMER', 429, 'nothing'],
  ['OTHER_CALLBACK_TYPE', 422, 'refused dead letter'],
  ['NOT_GENUINE', 401, 'refused dead letter'],
  ['IMPOSSIBLE_CUSTOMER_ID', 422, 'refused dead letter'],
  ['TOO_MANY_REFUSED', 429, 'refused dead letter'],
  ['NOT_JSON', 400, 'refused dead letter'],
  ['TOO_LARGE', 413, 'counter'],
  ['UNSUPPORTED_ENCODING', 415, 'counter'],
  ['METHOD_NOT_ALLOWED', 405, 'counter'],
  ['ADDRESS_NOT_ALLOWED', 403, 'counter'],
  ['UNAVAILABLE', 503, 'nothing'],
])('%s is %i, and what is kept is: %s', (answer, status, kept) => {
  expect(ANSWERS[answer]).toMatchObject({ status, kept });
});

test('every error is a public code with the same status, and says what to do without any value', () => {
  const errors = (Object.keys(ANSWERS) as AnswerName[]).filter((name) => answerOf(name).message !== null);
  for (const code of errors) {
    expect(ERROR_CODES).toContain(code);
    expect([code, ERROR_ANSWERS[code as ErrorCode].status]).toEqual([code, answerOf(code).status]);
    expect(bodyOf({ answer: code })).toEqual({ error: { code, message: expect.stringMatching(/^[A-Z].*\.$/) } });
  }
});

test('whatever has to be sent again later says when', () => {
  for (const [name, { status }] of Object.entries(ANSWERS)) {
    if (status !== 429 && status !== 503) continue;
    expect([name, Number(answerOf(name as AnswerName).headers?.['Retry-After'])]).toEqual([name, expect.any(Number)]);
  }
});

test('every answer is ASCII, as the handler writes it', () => {
  for (const name of Object.keys(ANSWERS) as AnswerName[]) {
    expect(JSON.stringify(bodyOf({ answer: name, revision: 1 }))).toMatch(/^[\x20-\x7e]+$/);
  }
});
