/**
 * Should commits run on a thread of their own? What that costs on a fast disk, and what it frees on a slow one: the same journal
 * on the main thread and behind a worker that is sent each batch and sends its outcomes back.
 *
 *   node bench/commit-thread.ts [--seconds 3]
 *
 * `stall` is the longest time in which the main thread answered nobody.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Submission } from '../src/journal/journal.ts';
import { openSqliteJournal } from '../src/journal/sqlite/journal.ts';

const SYNC_MS = [0, 20, 500];
const BATCHES = [1, 16, 64];
const CUSTOMERS = 1_000;
let steps = 0;

/** Appends a batch; resolves when it is durable. */
interface Committer {
  append(batch: readonly Submission[]): Promise<unknown>;
  close(): Promise<void>;
}

if (isMainThread) await measureAll();
else serveBatches();

async function measureAll(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '3' } } });
  const durationMs = Number(values.seconds) * 1_000;
  process.stdout.write(
    '| sync takes | reports a commit | thread | reports/s | CPU µs a report | stall ms |\n|---|---|---|---|---|---|\n',
  );
  for (const syncMs of SYNC_MS) {
    for (const size of BATCHES) {
      for (const where of ['main', 'worker'] as const) {
        const folder = mkdtempSync(join(tmpdir(), 'bench-thread-'));
        const committer = where === 'main' ? onMain(folder, syncMs) : await onWorker(folder, syncMs);
        await measure(committer, size, Math.min(durationMs, 500));
        const { perSecond, cpu, stallMs } = await measure(committer, size, durationMs);
        await committer.close();
        rmSync(folder, { recursive: true, force: true });
        process.stdout.write(
          `| ${syncMs} ms more | ${size} | ${where} | ${perSecond.toFixed(0)} | ${cpu.toFixed(1)} | ${stallMs.toFixed(1)} |\n`,
        );
      }
    }
  }
}

async function measure(committer: Committer, size: number, durationMs: number) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = process.cpuUsage();
  const startedAt = performance.now();
  let reports = 0;
  while (performance.now() - startedAt < durationMs) {
    await committer.append(Array.from({ length: size }, () => submission(reports++)));
    // As between two batches of callbacks: sockets are read.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const tookMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  delay.disable();
  return { perSecond: (reports / tookMs) * 1_000, cpu: (user + system) / reports, stallMs: delay.max / 1e6 };
}

function submission(index: number): Submission {
  const customerId = `customer ${index % CUSTOMERS}`;
  return {
    report: {
      customerId,
      status: `STATUS ${steps++}`,
      missingDocuments: ['SELFIE', 'PASSPORT'],
      rejectLabels: ['BAD_SELFIE'],
    },
    circumstances: { source: 'CALLBACK', receivedAt: Date.now(), requireConfirmation: false },
  };
}

function open(folder: string, syncMs: number) {
  const journal = openSqliteJournal(join(folder, 'kyc.db'));
  const wait = new Int32Array(new SharedArrayBuffer(4));
  return {
    append(batch: readonly Submission[]) {
      const outcomes = journal.append(batch);
      if (syncMs > 0) Atomics.wait(wait, 0, 0, syncMs);
      return outcomes;
    },
    close: () => journal.close(),
  };
}

function onMain(folder: string, syncMs: number): Committer {
  const { append, close } = open(folder, syncMs);
  return { append: async (batch) => append(batch), close: async () => close() };
}

async function onWorker(folder: string, syncMs: number): Promise<Committer> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { folder, syncMs } });
  const answered = () => new Promise<unknown>((resolve) => worker.once('message', resolve));
  await answered();
  return {
    append(batch) {
      const answer = answered();
      worker.postMessage(batch);
      return answer;
    },
    async close() {
      await worker.terminate();
    },
  };
}

function serveBatches(): void {
  const { append } = open(workerData.folder, workerData.syncMs);
  parentPort?.on('message', (batch: readonly Submission[]) => parentPort?.postMessage(append(batch)));
  parentPort?.postMessage('open');
}
