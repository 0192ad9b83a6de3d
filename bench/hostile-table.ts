/**
 * Writes the table of attacks into docs/performance.md, and a row for the README to standard output:
 *
 *   npm run bench -- hostile && node bench/hostile-table.ts [bench/results/full-hostile.json]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from './harness/measure.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'performance.md');
const SECTION = /(<!-- attacks -->\n)[\s\S]*?(<!-- \/attacks -->)/;
const CEILING_MS = 100;

interface Results {
  readonly machine: string;
  readonly at: string;
  readonly answers: { readonly hostile: Answer };
}

const file = process.argv[2] ?? join(import.meta.dirname, 'results', 'full-hostile.json');
const { machine, at, answers } = JSON.parse(readFileSync(file, 'utf8')) as Results;
const { rows } = answers.hostile;
const shown = (milliseconds: number | undefined): string => Number(milliseconds?.toPrecision(3)).toString();
const lines = rows.map(({ contender, values }) =>
  ['', contender, ...['p50 ms', 'p99 ms', 'max ms'].map((column) => shown(values[column])), ''].join(' | ').trim(),
);
const attacks = rows.filter(({ contender }) => contender !== 'no attack');
const worst = Math.max(...attacks.map(({ values }) => values['p99 ms'] ?? Number.NaN));
const table = [
  `Measured on ${machine}, ${at.slice(0, 10)}: 100 genuine callbacks a second beside ten attackers, in milliseconds.`,
  '',
  '| attack | p50 | p99 | longest |',
  '| --- | --- | --- | --- |',
  ...lines,
  '',
  `The worst of ${attacks.length} attacks is ${shown(worst)} ms at the 99th percentile (ceiling ${CEILING_MS}).`,
  '',
].join('\n');
const page = readFileSync(PAGE, 'utf8');
if (!SECTION.test(page)) throw new Error(`${PAGE} has no <!-- attacks --> section.`);
writeFileSync(
  PAGE,
  page.replace(SECTION, (_section, begin: string, end: string) => `${begin}\n${table}\n${end}`),
);
process.stdout.write(
  `| p99 of a genuine callback beside ten attackers, worst of ${attacks.length} attacks | ${shown(worst)} ms |\n`,
);
