/** The tables that a run ends with. */
import type { Answer, Verdict } from './measure.ts';

/** Whether a promise is kept: its target to reach, and its aim. */
export function verdictOf({ value, reach, aim, good }: Verdict): 'aim' | 'reach' | 'MISSED' {
  const holds = (bound: number) => (good === 'at least' ? value >= bound : value <= bound);
  if (holds(aim)) return 'aim';
  return holds(reach) ? 'reach' : 'MISSED';
}

/** One question's table. */
export function answerTable({ title, rows }: Answer): string {
  const columns = Object.keys(rows[0]?.values ?? {});
  const cells = rows.map(({ contender, values }) => [contender, ...columns.map((column) => figure(values[column]))]);
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

function figure(value: number | undefined): string {
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
