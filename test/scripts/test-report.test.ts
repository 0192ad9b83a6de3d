import { expect, test } from 'vitest';
import { type FileReport, failedFiles, summarise } from '../../scripts/checks/test-report.ts';

function file(name: string, ...tests: readonly (readonly [string, 'passed' | 'failed'])[]): FileReport {
  return {
    name: `${process.cwd()}/${name}`,
    status: tests.some(([, status]) => status === 'failed') ? 'failed' : 'passed',
    assertionResults: tests.map(([fullName, status]) => ({
      fullName,
      status,
      failureMessages: status === 'failed' ? ['\u001B[31mexpected 1\n  to be 2\u001B[39m'] : [],
    })),
  };
}

const broken: FileReport = {
  name: `${process.cwd()}/b.test.ts`,
  status: 'failed',
  message: 'Cannot find x',
  assertionResults: [],
};

test('failures are named with their message on one line, and a file that does not load is one failure', () => {
  const files = [file('a.test.ts', ['one', 'passed'], ['two', 'failed']), broken];
  expect(failedFiles(files)).toEqual(files.map(({ name }) => name));
  expect(summarise([{ suite: 'newest', files, alone: [] }])).toEqual({
    passed: 1,
    failed: 2,
    failures: ['newest: a.test.ts > two: expected 1 to be 2', 'newest: b.test.ts > (the whole file): Cannot find x'],
    passedAlone: [],
  });
});

test('the second run of a file counts, and what failed in its first run is still named', () => {
  const files = [file('a.test.ts', ['one', 'passed'], ['two', 'failed']), file('c.test.ts', ['three', 'passed'])];
  expect(
    summarise([{ suite: 'newest', files, alone: [file('a.test.ts', ['one', 'passed'], ['two', 'passed'])] }]),
  ).toEqual({
    passed: 3,
    failed: 0,
    failures: [],
    passedAlone: ['newest: a.test.ts > two: expected 1 to be 2'],
  });
});

test('a file that fails a second time fails', () => {
  const files = [file('a.test.ts', ['one', 'failed'])];
  const alone = [file('a.test.ts', ['one', 'failed'])];
  expect(summarise([{ suite: 'newest', files, alone }])).toMatchObject({ passed: 0, failed: 1, passedAlone: [] });
});
