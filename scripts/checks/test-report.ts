/**
 * What Vitest's JSON reports of one CI run add up to. `.ci/run` uses it in two ways:
 *
 *   node scripts/checks/test-report.ts files REPORT     the files with a failure, a line each, to run them again alone
 *   node scripts/checks/test-report.ts summary FOLDER   each failure with its message, what passed only alone, then "passed failed"
 *
 * FOLDER holds NAME.json for each suite, and NAME.alone.json where its failed files ran a second time. A second run's result
 * counts, and the first run's failure is still printed: a test that passes only on an idle machine is a defect to look at.
 */
import { globSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** The part of Vitest's JSON report that is read here. */
export interface FileReport {
  readonly name: string;
  readonly status: string;
  /** Why the file did not load; empty otherwise. */
  readonly message?: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages?: readonly string[] | null;
  }[];
}

/** One suite: its first run, and the second run of what failed. */
export interface SuiteReport {
  readonly suite: string;
  readonly files: readonly FileReport[];
  readonly alone: readonly FileReport[];
}

/** The totals of all suites, with a line for each failure. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  /** What failed for good. */
  readonly failures: readonly string[];
  /** What failed beside the other tests and passed alone. */
  readonly passedAlone: readonly string[];
}

const MAX_MESSAGE = 400;

/** The failures of one file. A file that did not load counts as one. */
function failuresOf(file: FileReport): string[] {
  const path = relative(process.cwd(), file.name);
  const line = (title: string, message: string) =>
    `${path} > ${title}: ${stripVTControlCharacters(message).replace(/\s+/gu, ' ').slice(0, MAX_MESSAGE)}`;
  const failures = file.assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => line(fullName, failureMessages?.join(' ') ?? ''));
  return failures.length === 0 && file.status === 'failed' ? [line('(the whole file)', file.message ?? '')] : failures;
}

/** The paths of the files with a failure. */
export function failedFiles(files: readonly FileReport[]): string[] {
  return files.filter((file) => failuresOf(file).length > 0).map(({ name }) => name);
}

/** Adds the suites up. Where a file ran twice, its second result counts. */
export function summarise(suites: readonly SuiteReport[]): Summary {
  const failures: string[] = [];
  const passedAlone: string[] = [];
  let passed = 0;
  for (const { suite, files, alone } of suites) {
    const again = new Map(alone.map((file) => [file.name, file]));
    for (const file of files) {
      const second = again.get(file.name);
      const last = second ?? file;
      const open = failuresOf(last);
      passed += last.assertionResults.filter(({ status }) => status === 'passed').length;
      failures.push(...open.map((failure) => `${suite}: ${failure}`));
      if (second !== undefined && open.length === 0)
        passedAlone.push(...failuresOf(file).map((failure) => `${suite}: ${failure}`));
    }
  }
  return { passed, failed: failures.length, failures, passedAlone };
}

function read(path: string): FileReport[] {
  return (JSON.parse(readFileSync(path, 'utf8')) as { testResults: FileReport[] }).testResults;
}

if (import.meta.main) {
  const [command, path = ''] = process.argv.slice(2);
  if (command === 'files') {
    process.stdout.write(
      failedFiles(read(path))
        .map((file) => `${file}\n`)
        .join(''),
    );
  } else {
    const names = globSync('*.json', { cwd: path });
    const summary = summarise(
      names
        .filter((name) => !name.endsWith('.alone.json'))
        .map((name) => {
          const second = `${basename(name, '.json')}.alone.json`;
          return {
            suite: basename(name, '.json'),
            files: read(join(path, name)),
            alone: names.includes(second) ? read(join(path, second)) : [],
          };
        }),
    );
    for (const line of summary.passedAlone) process.stderr.write(`Failed, then passed alone: ${line}\n`);
    for (const line of summary.failures) process.stderr.write(`Failed: ${line}\n`);
    process.stdout.write(`${summary.passed} ${summary.failed}\n`);
  }
}
