import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findWords, prose, readWordList, testNames } from '../../scripts/checks/word-list.ts';

const list = readWordList(readFileSync(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8'));
const finds = (text: string) => findWords('file.ts', text, list);

test('the list is read from CONTRIBUTING.md', () => {
  expect(list.map(({ phrase }) => phrase)).toContain('doorbell');
  expect(() => readWordList('no list')).toThrow('CONTRIBUTING.md');
});

test.each([
  ["throw new Error('The keys cannot be had');", 'file.ts:1: "cannot be had": write: is unavailable'],
  ['// one\n// the Doorbell rings', 'file.ts:2: "doorbell": write: notifier, notification'],
  ['/** The journal cannot be\n * had. */', 'file.ts:1: "cannot be had": write: is unavailable'],
  ["'1 letters'", 'file.ts:1: "letters": write: dead letters'],
])('%j is found', (text, find) => {
  expect(finds(text)).toEqual([find]);
});

test.each(['dead letters', 'a dead-letter queue', 'Dead\n * letters', 'newsletter', 'bookshelf', 'DeadLetterQueue'])(
  '%j is fine',
  (text) => {
    expect(finds(text)).toEqual([]);
  },
);

test('the list itself is left out, and so are names in code that the CHANGELOG says were replaced', () => {
  expect(prose('CONTRIBUTING.md', 'a\n<!-- words -->\n| doorbell |\n<!-- /words -->\nb')).toBe('a\n\n\n\nb');
  expect(finds(prose('CHANGELOG.md', '`shelf` is `category`'))).toEqual([]);
  expect(finds(prose('CHANGELOG.md', 'The shelf is a category'))).toHaveLength(1);
});

test('of a test file only the names of its tests count', () => {
  expect(
    testNames("test('a name', () => {\n  doorbell();\n});\ntest.each([1])('%s is', () => {});").split('\n'),
  ).toEqual(["'a name', () => {", '', '', "'%s is', () => {});"]);
});
