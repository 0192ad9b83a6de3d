/** Rounds and medians. Contenders take turns in each round, so that a disturbance of the machine affects all of them. */
import { HttpLoad } from './http-load.ts';
import type { BenchServer } from './server.ts';

/** How long and how often to measure. */
export interface Effort {
  readonly isShort: boolean;
  /** Of the attacks, only those whose name contains this. */
  readonly attack?: string | undefined;
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
}

export const FULL: Effort = { isShort: false, rounds: 5, roundMs: 2_000, warmUpMs: 8_000 };
export const SHORT: Effort = { isShort: true, rounds: 1, roundMs: 300, warmUpMs: 200 };

/** What one contender did in one round, by the name of the column. */
export type Sample = Readonly<Record<string, number>>;

/** A contender's medians. */
export interface Row {
  readonly contender: string;
  readonly values: Sample;
  /** By column, how far the rounds lie apart: half of what the middle half of them spans, as a share of the median. */
  readonly spread?: Sample;
}

/** One promise, checked. */
export interface Verdict {
  readonly what: string;
  readonly value: number;
  readonly reach: number;
  readonly aim: number;
  /** Which side of `reach` is good. */
  readonly good: 'at least' | 'at most';
}

/** The answer to one question. */
export interface Answer {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
}

/** One script of this folder. */
export type Benchmark = (effort: Effort) => Promise<Answer>;

/** Something that is measured in rounds, and what measures it once. */
export interface Turn {
  readonly contender: string;
  readonly warmUp?: (effort: Effort) => Promise<unknown>;
  readonly measure: (effort: Effort) => Promise<Sample>;
}

export const PER_SECOND = 'per second';
export const CPU = 'CPU µs';

/** A closed loop of requests to a server, after a warm-up. */
export function loadTurn(server: BenchServer, connections: number, next: () => Buffer): Turn {
  const run = async (durationMs: number) => {
    using load = await HttpLoad.open(server.port, connections);
    const { cpuMicros, perSecond } = await costOf(server, () => load.run(durationMs, next));
    return { [PER_SECOND]: perSecond, [CPU]: cpuMicros };
  };
  return { contender: server.name, warmUp: ({ warmUpMs }) => run(warmUpMs), measure: ({ roundMs }) => run(roundMs) };
}

/** Warms every contender up, lets each have its turn in every round, and gives the medians. */
export async function inRounds(effort: Effort, turns: readonly Turn[]): Promise<Row[]> {
  for (const { warmUp } of turns) await warmUp?.(effort);
  const samples = new Map<Turn, Sample[]>(turns.map((turn) => [turn, []]));
  for (let round = 0; round < effort.rounds; round++) {
    for (const [turn, taken] of samples) taken.push(await turn.measure(effort));
  }
  return [...samples].map(([{ contender }, taken]) => ({
    contender,
    values: medians(taken),
    ...(taken.length > 1 && { spread: spreads(taken) }),
  }));
}

/** Runs `work`, and says what it cost the server: CPU microseconds for each of the operations that `work` counts. */
export async function costOf(
  server: BenchServer,
  work: () => Promise<{ readonly count: number; readonly wallMs: number }>,
): Promise<{ cpuMicros: number; perSecond: number; busy: number }> {
  const before = await server.usage();
  const { count, wallMs } = await work();
  const cpu = (await server.usage()).cpu - before.cpu;
  return { cpuMicros: cpu / count, perSecond: (count / wallMs) * 1_000, busy: cpu / 1_000 / wallMs };
}

/** A value from a table. Throws when it is missing: a verdict needs a value. */
export function figureOf(rows: readonly Row[], contender: string, column: string): number {
  const value = rows.find((row) => row.contender === contender)?.values[column];
  if (value === undefined) throw new Error(`"${contender}" has no "${column}".`);
  return value;
}

function medians(samples: readonly Sample[]): Sample {
  return byColumn(samples, median);
}

function spreads(samples: readonly Sample[]): Sample {
  return byColumn(samples, (values) => (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values));
}

function byColumn(samples: readonly Sample[], summary: (values: readonly number[]) => number): Sample {
  const columns = Object.keys(samples[0] ?? {});
  return Object.fromEntries(
    columns.map((column) => [column, summary(samples.map((one) => one[column] ?? Number.NaN))]),
  );
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}
