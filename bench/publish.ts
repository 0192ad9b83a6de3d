/**
 * Writes measured numbers where they are quoted, so that none is typed by hand: the tables in docs/performance.md and the two lines of
 * README.md. Takes the files that runs leave, and writes what these measured; of several runs, the medians:
 *
 *   npm run bench && node bench/publish.ts                                       everything
 *   npm run bench -- hostile && node bench/publish.ts bench/results/full-hostile.json   the attacks alone
 *   node bench/publish.ts bench/results/run-1.json bench/results/run-2.json bench/results/run-3.json
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from './harness/measure.ts';
import { figure } from './harness/report.ts';
import { mergeRuns, type Run } from './harness/runs.ts';

const ROOT = join(import.meta.dirname, '..');
const CEILING_MS = 100;

const given = process.argv.slice(2);
const files = given.length === 0 ? [join(import.meta.dirname, 'results', 'full.json')] : given;
const runs = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Run);
const run = mergeRuns(runs);
const where = `${run.machine}, ${run.at.slice(0, 10)}`;
const { callbacks, queries, push, startup, hostile } = run.answers;

if (hostile !== undefined) writeAttacks(hostile);
if (callbacks !== undefined && queries !== undefined && push !== undefined && startup !== undefined) writeFigures();

function writeAttacks({ rows }: Answer): void {
  const attacks = rows.filter(({ contender }) => contender !== 'no attack');
  const worst = Math.max(...attacks.map(({ values }) => values['p99 ms'] ?? Number.NaN));
  const columns = ['p50 ms', 'p99 ms', 'max ms'];
  section('docs/performance.md', 'attacks', [
    `Measured on ${where}: 100 genuine callbacks a second beside ten attackers, in milliseconds.`,
    '',
    ...table(
      ['attack', 'p50', 'p99', 'longest'],
      rows.map(({ contender, values }) => [contender, ...columns.map((name) => figure(values[name]))]),
    ),
    '',
    `The worst of ${attacks.length} attacks is ${figure(worst)} ms at the 99th percentile (ceiling ${CEILING_MS}).`,
  ]);
  line(
    '- **Floods do not stop it.**',
    `Beside ten attackers a genuine callback waits ${figure(worst)} ms at p99, in the worst of [${attacks.length} attacks](docs/performance.md).`,
  );
}

function writeFigures(): void {
  const versions = Object.entries(run.versions).map((pair) => pair.join(' '));
  const times = ['One run', 'Two runs', 'Three runs'][runs.length - 1] ?? `${runs.length} runs`;
  section('docs/performance.md', 'promises', [
    `${times} of \`npm run bench\` at ${run.commit} on ${where} (${versions.join(', ')}):`,
    '',
    ...table(
      ['promise', 'measured', ...(runs.length > 1 ? ['in each run'] : []), 'reach', 'aim', 'kept'],
      run.results
        .filter(({ what }) => !what.startsWith('p99 of a genuine callback'))
        .map(({ what, value, each, good, reach, aim, result }) => [
          what,
          figure(value),
          ...(runs.length > 1 ? [each.map(figure).join(', ')] : []),
          `${good} ${reach}`,
          String(aim),
          result === 'MISSED' ? 'missed' : 'yes',
        ]),
    ),
    '',
    ...Object.values(run.answers)
      .filter((answer) => answer !== hostile)
      .flatMap(answerTable),
  ]);
  const of = (answer: Answer | undefined, contender: string, column: string) =>
    figure(answer?.rows.find((row) => row.contender.startsWith(contender))?.values[column]);
  line(
    '- **Fast on one core.**',
    `A durable callback takes ${of(callbacks, 'xgateway-kyc', 'CPU µs')} µs of CPU (bare Express: ${of(callbacks, 'bare Express', 'CPU µs')}), a query ${of(queries, 'xgateway-kyc', 'CPU µs')}; ready in ${of(startup, 'xgateway-kyc', 'seconds to ready')} s ([on ${run.machine.split(',')[0]}](docs/performance.md)).`,
  );
}

function answerTable({ title, rows }: Answer): string[] {
  const columns = Object.keys(rows[0]?.values ?? {});
  const cells = rows.map(({ contender, values, spread }) => [
    contender,
    ...columns.map(
      (column) =>
        `${figure(values[column])}${spread === undefined ? '' : ` ±${Math.round((spread[column] ?? 0) * 100)}%`}`,
    ),
  ]);
  return [
    `**${title}** (${runs.length > 1 ? 'median of the runs ± half of what they span' : 'median of the rounds ± half of what the middle half spans'})`,
    '',
    ...table(['', ...columns], cells),
    '',
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` in a page. */
function section(page: string, name: string, lines: readonly string[]): void {
  const pattern = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  replace(page, pattern, (_all, begin: string, end: string) => `${begin}\n${lines.join('\n').trimEnd()}\n\n${end}`);
}

/** Replaces a line of README.md that begins with `start`. */
function line(start: string, text: string): void {
  const pattern = new RegExp(`^${start.replaceAll(/[*.]/g, String.raw`\$&`)}.*$`, 'm');
  replace('README.md', pattern, () => `${start} ${text}`);
}

function replace(page: string, pattern: RegExp, by: (...groups: string[]) => string): void {
  const path = join(ROOT, page);
  const text = readFileSync(path, 'utf8');
  if (!pattern.test(text)) throw new Error(`${page} has no place for it: ${String(pattern)}.`);
  writeFileSync(path, text.replace(pattern, by));
}
