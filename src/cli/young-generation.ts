/**
 * V8's young generation while the server starts. Loading hundreds of modules keeps many objects alive, so V8 would double it four
 * times for work that never repeats, and keep 11 MB. Only for our own process: a plugin's V8 belongs to its application.
 */
import { setFlagsFromString } from 'node:v8';

/** V8's own default (flag-definitions.h). */
const GROWTH_FACTOR = 2;

/** Until `letYoungGenerationGrow`, the young generation keeps the size it has. */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** From now on it grows with the load, V8's default. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString(`--semi-space-growth-factor=${GROWTH_FACTOR}`);
}
