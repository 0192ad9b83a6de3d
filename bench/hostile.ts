/** How long does a genuine callback wait while ten clients attack? Each attack in turn, on one server, and none at first. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { OURS } from './harness/contenders.ts';
import { CALLBACK_PATH, callbackBody, customerId } from './harness/fixtures.ts';
import { type Answer, type Effort, quantile, type Row } from './harness/measure.ts';
import { type BenchServer, startServer } from './harness/server.ts';
import { ATTACKS } from './hostile/attacks.ts';

const ATTACKER = join(import.meta.dirname, 'hostile', 'attacker.ts');
const GENUINE_PER_SECOND = 100;
/** PRODUCT's ceiling and aim for the 99th percentile of a genuine callback beside ten attackers, in milliseconds. */
const REACH_MS = 100;
const AIM_MS = 30;
const HISTORY = 2_000;

/** Answers the question. */
export async function hostile(effort: Effort): Promise<Answer> {
  const durationMs = effort.isShort ? 400 : 8_000;
  await using server = await startServer({ ...OURS, env: { CALLBACKS_PER_CUSTOMER_PER_MINUTE: '100000' } });
  for (let step = 0; step < HISTORY; step++) await send(server, 'history', step);
  const rows: Row[] = [{ contender: 'no attack', values: await probe(server, durationMs) }];
  // The limit about one customer is part of the defence: from here on as it is shipped.
  await using defended = await startServer(OURS);
  for (let step = 0; step < 100; step++) await send(defended, 'history', step);
  for (const { name } of ATTACKS.filter((one) => one.name.includes(effort.attack ?? ''))) {
    const target = name.includes('history') ? server : defended;
    rows.push({ contender: name, values: await underAttack(target, name, durationMs) });
  }
  const verdicts = rows.slice(1).map(({ contender, values }) => ({
    what: `p99 of a genuine callback, ms: ${contender}`,
    value: values['p99 ms'] ?? Number.NaN,
    reach: REACH_MS,
    aim: AIM_MS,
    good: 'at most' as const,
  }));
  return { title: `Genuine callbacks, ${GENUINE_PER_SECOND} a second, beside ten attackers`, rows, verdicts };
}

async function underAttack(server: BenchServer, name: string, durationMs: number) {
  const attacker = spawn(process.execPath, [ATTACKER, String(server.port), name], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // The probe shares its core with the attackers, and must not wait for them.
  setPriority(attacker.pid as number, constants.priority.PRIORITY_LOW);
  try {
    await new Promise((resolve) => setTimeout(resolve, Math.min(700, durationMs)));
    return await probe(server, durationMs);
  } finally {
    attacker.kill('SIGKILL');
    await once(attacker, 'exit');
  }
}

let probes = 0;

/** Sends genuine callbacks at a steady rate, whether or not the ones before were answered. */
async function probe(server: BenchServer, durationMs: number) {
  const agent = new Agent({ keepAlive: true });
  const before = await server.usage();
  const waits: number[] = [];
  let failed = 0;
  const pending: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < (durationMs / 1_000) * GENUINE_PER_SECOND; sent++) {
    const dueMs = startedAt + (sent * 1_000) / GENUINE_PER_SECOND - performance.now();
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    const sentAt = performance.now();
    const one = send(server, customerId(1_000_000 + probes++), 1, agent).then((status) => {
      waits.push(performance.now() - sentAt);
      if (status !== 200) failed++;
    });
    pending.push(one);
  }
  await Promise.all(pending);
  agent.destroy();
  const { cpu, heap } = await server.usage();
  return {
    'p50 ms': quantile(waits, 0.5),
    'p99 ms': quantile(waits, 0.99),
    'max ms': Math.max(...waits),
    'not 200': failed,
    'busy %': (cpu - before.cpu) / 10 / (performance.now() - startedAt),
    'heap MB': heap / 1e6,
  };
}

function send(server: BenchServer, customer: string, step: number, agent?: Agent): Promise<number> {
  const body = callbackBody(customer, step);
  return new Promise((resolve) => {
    const outgoing = request(
      { port: server.port, host: '127.0.0.1', path: CALLBACK_PATH, method: 'POST', agent, timeout: 10_000 },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy());
    for (const event of ['error', 'close'] as const) outgoing.on(event, () => resolve(0));
    outgoing.end(body);
  });
}
