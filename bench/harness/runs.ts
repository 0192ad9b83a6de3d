/** What a run of `bench/run.ts` leaves, and several of them as one. */
import { type Answer, median, type Row, type Verdict } from './measure.ts';
import { verdictOf } from './report.ts';

/** The file of one run. */
export interface Run {
  readonly machine: string;
  readonly commit: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly at: string;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly results: readonly (Verdict & { readonly result: string })[];
}

/** Several runs: each promise by its median, and what every run measured. */
export interface MergedRun extends Run {
  readonly results: readonly (Verdict & { readonly result: string; readonly each: readonly number[] })[];
}

/**
 * Merges runs of one build on one machine: medians, and as spread half of what the runs span. A single run keeps its own spread.
 * Throws when the runs are of different builds or machines.
 */
export function mergeRuns(runs: readonly Run[]): MergedRun {
  const [first] = runs;
  if (first === undefined) throw new Error('No run to merge.');
  for (const { machine, commit } of runs) {
    if (machine !== first.machine || commit !== first.commit)
      throw new Error(
        `Runs of different builds or machines: ${first.commit} on ${first.machine}, ${commit} on ${machine}.`,
      );
  }
  const answers = Object.fromEntries(
    Object.entries(first.answers).map(([name, answer]) => [
      name,
      {
        ...answer,
        rows: answer.rows.map((row) =>
          mergeRow(
            row,
            runs.map((run) => run.answers[name]),
          ),
        ),
      },
    ]),
  );
  const results = first.results.map((verdict) => {
    const each = runs
      .flatMap((run) => run.results.filter(({ what }) => what === verdict.what))
      .map(({ value }) => value);
    const merged = { ...verdict, value: median(each) };
    return { ...merged, each, result: verdictOf(merged) };
  });
  return { ...first, answers, results };
}

function mergeRow(row: Row, answers: readonly (Answer | undefined)[]): Row {
  if (answers.length === 1) return row;
  const rows = answers.flatMap((answer) => answer?.rows.filter(({ contender }) => contender === row.contender) ?? []);
  const of = (column: string) => rows.map(({ values }) => values[column] ?? Number.NaN);
  const columns = Object.keys(row.values);
  const entry = (by: (values: readonly number[]) => number) =>
    Object.fromEntries(columns.map((column) => [column, by(of(column))]));
  return {
    contender: row.contender,
    values: entry(median),
    spread: entry((values) => (Math.max(...values) - Math.min(...values)) / 2 / median(values)),
  };
}
