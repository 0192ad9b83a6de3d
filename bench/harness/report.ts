/** The tables that a run ends with. */
import type { Answer, Row, Verdict } from './measure.ts';

/** Whether a promise is kept: its target to reach, and its aim. */
export function verdictOf({ value, reach, aim, good }: Verdict): 'aim' | 'reach' | 'MISSED' {
  const holds = (bound: number) => (good === 'at least' ? value >= bound : value <= bound);
  if (holds(aim)) return 'aim';
  return holds(reach) ? 'reach' : 'MISSED';
}

/** One question's table. */
export function answerTable({ title, rows }: Answer): string {
  const columns = Object.keys(rows[0]?.values ?? {});
  const cells = rows.map((row) => [row.contender, ...columns.map((column) => spreadFigure(row, column))]);
  return `\n${title}\n${table(['', ...columns], cells)}`;
}

/** All promises. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const cells = verdicts.map((verdict) => {
    const { what, value, reach, aim, good } = verdict;
    return [what, figure(value), `${good} ${reach}`, String(aim), verdictOf(verdict)];
  });
  return `\n${table(['promise', 'measured', 'reach', 'aim', ''], cells)}`;
}

/** What changed since an earlier build: each figure of ours by the one that `earlier` had in the same run. */
export function comparisonTable(answers: readonly Answer[], ours: string, earlier: string): string {
  const cells = answers.flatMap(({ rows }) =>
    rows
      .filter(({ contender }) => contender.startsWith(earlier))
      .flatMap((before) => {
        const name = ours + before.contender.slice(earlier.length);
        const now = rows.find(({ contender }) => contender === name);
        return Object.entries(before.values).map(([column, value]) => [
          `${name}: ${column}`,
          spreadFigure(before, column),
          now === undefined ? '' : spreadFigure(now, column),
          now === undefined ? '' : change(value, now.values[column] ?? Number.NaN),
        ]);
      }),
  );
  return `\nAgainst ${earlier}\n${table(['', 'before', 'now', 'change'], cells)}`;
}

function change(before: number, now: number): string {
  const percent = (now / before - 1) * 100;
  return `${percent < 0 ? '' : '+'}${percent.toFixed(1)}%`;
}

function spreadFigure({ values, spread }: Row, column: string): string {
  const share = spread?.[column];
  const text = figure(values[column]);
  return share === undefined || !Number.isFinite(share) ? text : `${text} ±${Math.round(share * 100)}%`;
}

/** A number with three digits. */
export function figure(value: number | undefined): string {
  if (value === undefined) return '';
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map((row) => `${line(row).trimEnd()}\n`).join('');
}
