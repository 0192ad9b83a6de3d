/** Everything that is measured: ours and the peers, each a server that is started the same way. */
import { join } from 'node:path';
import { earlierBuild } from './earlier-build.ts';
import type { ServerSpec } from './server.ts';

const peer = (name: string, file: string, env: Record<string, string> = {}): ServerSpec => ({
  name,
  command: [join(import.meta.dirname, '..', 'servers', file)],
  env,
});

/** As it is shipped: built, with the default settings of production. */
export let OURS: ServerSpec = {
  name: 'xgateway-kyc',
  command: [join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js'), 'serve'],
  readyPath: '/health/ready',
};
/** Our plain handlers at Node's own HTTP server, without Express. */
export const PLAIN: ServerSpec = peer('xgateway-kyc, plain handlers', 'plain.ts', { NODE_ENV: 'production' });
/** The same in an Express application of an owner's. */
export const IN_EXPRESS: ServerSpec = peer('xgateway-kyc, in Express', 'plain.ts', {
  NODE_ENV: 'production',
  IN_EXPRESS: '1',
});
/** For loads that change one customer more often than any customer changes. */
export function withoutCustomerLimit(spec: ServerSpec): ServerSpec {
  return { ...spec, env: { ...spec.env, CALLBACKS_PER_CUSTOMER_PER_MINUTE: '0' } };
}
/** Bare node:http and ws, nothing stored. */
export const LIMIT = peer('node:http + ws', 'limit.ts');
/** Parses the JSON, stores nothing. */
export const EXPRESS = peer('bare Express', 'express.ts');
export const STOCK = peer('stock', 'stock.ts');
export const STOCK_CACHED = peer('stock + token cache', 'stock.ts', { TOKEN_CACHE: '1' });
export const MERCURIUS = peer('Mercurius JIT', 'mercurius.ts');
export const MERCURIUS_CACHED = peer('Mercurius JIT + token cache', 'mercurius.ts', { TOKEN_CACHE: '1' });

/** Ours as it was at an earlier commit, when a run compares with one. */
let earlier: ServerSpec | null = null;

/** Ours, and beside it the earlier build of a run with `--against`. */
export function ours(): readonly ServerSpec[] {
  return earlier === null ? [OURS] : [OURS, earlier];
}

/** From now on the build of `ref` is measured beside the present one. Returns its name in tables. */
export function measureAgainst(ref: string): string {
  const { commit, main } = earlierBuild(ref);
  earlier = { ...OURS, name: `${OURS.name} at ${commit}`, command: [main, 'serve'] };
  return earlier.name;
}

/** From now on, our server leaves a CPU profile in `folder` when it ends. */
export function profileInto(folder: string): void {
  OURS = { ...OURS, flags: ['--cpu-prof', `--cpu-prof-dir=${folder}`] };
}
