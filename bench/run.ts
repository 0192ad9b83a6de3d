/**
 * `npm run bench`: every question, one after the other, and the promises at the end.
 *
 *   npm run bench                       all, about ten minutes
 *   npm run bench -- --short            all, in less than a minute: does it run, and is anything grossly off?
 *   npm run bench -- push memory        only these
 *   npm run bench -- hostile --attack SSE   of the attacks, only those whose name contains this
 *   npm run bench -- --against v0.1.0 callbacks   builds that tag, branch or commit, and measures it in turns with this state
 *   npm run bench -- --profile push     also leaves a CPU profile of our server in bench/results
 *   npm run bench -- --save run-1       leaves its numbers in bench/results/run-1.json
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { callbackThroughput } from './callbacks.ts';
import { consumers } from './consumers.ts';
import { measureAgainst, OURS, profileInto } from './harness/contenders.ts';
import { type Answer, type Benchmark, FULL, SHORT } from './harness/measure.ts';
import { answerTable, comparisonTable, verdictOf, verdictTable } from './harness/report.ts';
import { canPin, pinLoad } from './harness/server.ts';
import { setting } from './harness/versions.ts';
import { hostile } from './hostile.ts';
import { idleSubscribers } from './idle-subscribers.ts';
import { latency } from './latency.ts';
import { latencySplit } from './latency-split.ts';
import { memory } from './memory.ts';
import { postgresCallbacks, postgresPushes } from './postgres.ts';
import { push } from './push.ts';
import { queries } from './queries.ts';
import { slowDisk } from './slow-disk.ts';
import { startup } from './startup.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  callbacks: callbackThroughput,
  'idle-subscribers': idleSubscribers,
  push,
  memory,
  latency,
  'latency-split': latencySplit,
  queries,
  consumers,
  startup,
  hostile,
  'slow-disk': slowDisk,
  'postgres-callbacks': postgresCallbacks,
  'postgres-pushes': postgresPushes,
};

const RESULTS = join(import.meta.dirname, 'results');

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    attack: { type: 'string' },
    against: { type: 'string' },
    save: { type: 'string' },
  },
});
if (options.profile) profileInto(RESULTS);
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0)
  throw new Error(`Unknown: ${unknown.join(', ')}. Known: ${Object.keys(BENCHMARKS).join(', ')}.`);

const earlier = options.against === undefined ? null : measureAgainst(options.against);
pinLoad();
const write = (text: string) => void process.stdout.write(text);
const effort = { ...(options.short ? SHORT : FULL), attack: options.attack };
const { machine, commit, versions } = setting();
write(
  `${machine}\n${commit}; ${Object.entries(versions)
    .map((pair) => pair.join(' '))
    .join(', ')}${canPin() ? '' : '\nWithout taskset server and load share cores: trust CPU times, not throughput.'}\n`,
);

const name = options.save ?? [options.short ? 'short' : 'full', ...positionals].join('-');
const file = join(RESULTS, `${name}.json`);
const startedAt = new Date();

const answers: Record<string, Answer> = {};
const verdicts = () => Object.values(answers).flatMap((answer) => answer.verdicts);
/** Saves what there is so far: a question that fails must not lose the answers before it. */
function save(): void {
  const results = verdicts().map((verdict) => ({ ...verdict, result: verdictOf(verdict) }));
  const run = { machine, commit, versions, at: startedAt, effort, answers, results };
  writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`);
}

mkdirSync(RESULTS, { recursive: true });
for (const [question, task] of Object.entries(BENCHMARKS)) {
  if (positionals.length > 0 && !positionals.includes(question)) continue;
  const answer = await task(effort);
  answers[question] = answer;
  write(answerTable(answer));
  save();
}
if (earlier !== null) write(comparisonTable(Object.values(answers), OURS.name, earlier));
write(verdictTable(verdicts()));
write(`\n${file} has all of it.\n`);
