/** Names in the environment that look like settings but are not: usually typing mistakes. */
import { environment, FILE_SETTINGS } from './environment.ts';
import { fileVariable } from './setting-files.ts';

const SETTINGS: readonly string[] = [...Object.keys(environment.shape), ...FILE_SETTINGS.map(fileVariable)];
/** Read by the command line, not by the server. */
const OTHERS: readonly string[] = ['XGATEWAY_KYC_TOKEN'];
const PREFIX = 'XGATEWAY_';
const MIN_LENGTH = 8;
const MAX_EDITS = 2;

/**
 * Kubernetes sets these in every pod for each service of its namespace: a service named `xgateway-kyc` must not keep the server from
 * starting.
 */
const OF_A_SERVICE = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;

/** A problem for each unknown name that starts with `XGATEWAY_`. */
export function unknownNames(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !isKnown(name) && !isOfAService(name, env[name]))
    .map((name) => {
      const meant = nearest(name, Number.POSITIVE_INFINITY);
      return `${name} is not a setting. ${meant === null ? 'Remove it.' : `Did you mean ${meant}?`}`;
    });
}

/** A warning for each other unknown name within two edits of a setting of eight letters or more. */
export function misspellings(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env).flatMap((name) => {
    if (name.startsWith(PREFIX) || isKnown(name)) return [];
    const meant = nearest(name, MAX_EDITS);
    return meant === null ? [] : [`${name} is not a setting. Did you mean ${meant}?`];
  });
}

function isKnown(name: string): boolean {
  return SETTINGS.includes(name) || OTHERS.includes(name);
}

function isOfAService(name: string, value = ''): boolean {
  return OF_A_SERVICE.test(name) || (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value));
}

/** The setting closest to `name`, at most `maxEdits` away; of names that start alike, whatever the number of edits. */
function nearest(name: string, maxEdits: number): string | null {
  const upper = name.toUpperCase();
  let best: { readonly setting: string; readonly distance: number } | null = null;
  for (const setting of SETTINGS) {
    if (setting.length < MIN_LENGTH || (maxEdits > MAX_EDITS && !setting.startsWith(PREFIX))) continue;
    if (maxEdits <= MAX_EDITS && Math.abs(setting.length - upper.length) > maxEdits) continue;
    const distance = editDistance(upper, setting);
    if (distance <= maxEdits && (best === null || distance < best.distance)) best = { setting, distance };
  }
  return best?.setting ?? null;
}

/** Levenshtein's distance: insertions, deletions and replacements. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] as number) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[right.length] as number;
}
