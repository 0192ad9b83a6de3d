/**
 * V8's young generation while the server starts. Loading hundreds of modules leaves much alive, so V8 would double it four
 * times for work that never comes again, and keep 11 MB of it. Only for a process of our own: the plugin's V8 is its host's.
 */
import { setFlagsFromString } from 'node:v8';

/** V8's own default (flag-definitions.h). */
const GROWTH_FACTOR = 2;

/** Until `letYoungGenerationGrow`, the young generation keeps the size it has. */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** From now on it grows with the load, as V8 has it. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString(`--semi-space-growth-factor=${GROWTH_FACTOR}`);
}
