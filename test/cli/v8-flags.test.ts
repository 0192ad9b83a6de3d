/** V8 while `serve` starts: it does not optimise, and does again once the server is ready. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MODULE = join(import.meta.dirname, '..', '..', 'src', 'cli', 'v8-flags.ts');
const PROBE = `
import { setServingFlags, setStartingFlags } from ${JSON.stringify(MODULE)};
// V8's bit for code of Maglev or TurboFan (OptimizationStatus in runtime.h).
const OPTIMISED = 1 << 4;
function sum(count) {
  let total = 0;
  for (let index = 0; index < count; index++) total += (index * 7) % 13;
  return total;
}
const isOptimised = () => (%GetOptimizationStatus(sum) & OPTIMISED) !== 0;
async function heat() {
  for (let round = 0; round < 200 && !isOptimised(); round++) {
    for (let call = 0; call < 20; call++) sum(1_000 + call);
    // Compiled on another thread, and used from a later turn on.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return isOptimised();
}
setStartingFlags();
const whileStarting = await heat();
setServingFlags();
console.log(JSON.stringify([whileStarting, await heat()]));
`;

const probe = (flags: readonly string[]): unknown =>
  JSON.parse(
    execFileSync(process.execPath, ['--allow-natives-syntax', ...flags, '--input-type=module', '-e', PROBE], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
      timeout: 30_000,
    }),
  );

test('nothing is optimised until the server is ready, and then V8 does as always', () => {
  expect(probe([])).toEqual([false, true]);
});

test('what an operator has decided about the compilers stays', () => {
  expect(probe(['--no-turbofan', '--no-maglev'])).toEqual([false, false]);
});
