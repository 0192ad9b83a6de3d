/**
 * V8 while the server starts. Loading hundreds of modules is work that never repeats, and V8 would prepare for it as for the load of a
 * server. Only for our own process: a plugin's V8 belongs to its application. The decision and its numbers: docs/adr/0007.
 *
 * - Many objects stay alive, so the young generation would double four times, and keep 11 MB.
 * - What runs often would be compiled by the optimising compilers, which brings 9 MB of their own code into memory and leaves 3 MB behind.
 *   None of what they make is needed again.
 */
import { setFlagsFromString } from 'node:v8';

/** While starting, and while serving: V8's own defaults (flag-definitions.h). */
const GROWTH = ['--semi-space-growth-factor=1', '--semi-space-growth-factor=2'] as const;
const COMPILERS = [
  ['--no-turbofan', '--turbofan'],
  ['--no-maglev', '--maglev'],
] as const;

/** Flags with which an operator has decided about the compilers. */
const GIVEN = /--(no-)?(turbofan|maglev|opt|jitless|lite-mode|sparkplug|optimize-for-size)\b/;

/** Until `setServingFlags`, the young generation keeps the size it has, and no code is optimised. */
export function setStartingFlags(): void {
  for (const [starting] of ours()) setFlagsFromString(starting);
}

/** From now on V8 grows and optimises with the load, its default. */
export function setServingFlags(): void {
  for (const [, serving] of ours()) setFlagsFromString(serving);
}

function ours(): readonly (readonly [starting: string, serving: string])[] {
  const given = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ').replaceAll('_', '-');
  return GIVEN.test(given) ? [GROWTH] : [GROWTH, ...COMPILERS];
}
