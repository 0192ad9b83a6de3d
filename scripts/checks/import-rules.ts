/**
 * `npm run check:imports`: which folder of src/ may import which. Arrows point one way; what is not in the table is forbidden.
 * To add an arrow, add it here, and expect the reviewer to ask why the importing folder needs to know.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** What one unit (a folder of src/, or a file that stands for itself) may import. */
export interface Allowance {
  /** Units of ours. */
  readonly imports: readonly string[];
  /** Units of which only types may be imported: such an arrow is gone at run time, so it may point back. */
  readonly types?: readonly string[];
  /** Whether Node's own modules may be imported. Default true. */
  readonly node?: boolean;
  /** The packages that may be imported. Default any. */
  readonly packages?: readonly string[];
}

const ERRORS = 'errors.ts';

/** The table. A unit that is not in it may not exist. */
export const ARROWS: Readonly<Record<string, Allowance>> = {
  'errors.ts': { imports: [], node: false, packages: ['graphql'] },
  'gateway/node-version.ts': { imports: [], node: false, packages: [] },
  // For services in Node; everything else of the client runs in browsers.
  'client/file-store.ts': { imports: [], types: ['client'], packages: [] },
  'client/node.ts': { imports: ['client', 'client/file-store.ts'], packages: [] },
  'client/protocol.ts': { imports: [], node: false, packages: [] },
  'client/global-id.ts': { imports: [], node: false, packages: [] },
  'client/documents.ts': { imports: [], node: false, packages: [] },
  // Runs in browsers.
  client: {
    imports: ['client/documents.ts', 'client/global-id.ts', 'client/protocol.ts'],
    node: false,
    packages: ['graphql-ws', 'react', 'vue'],
  },
  'console/app': { imports: ['client', 'text'], node: false },
  // What messages are made of: for the command line, the log, errors and the console.
  text: { imports: [], node: false, packages: [] },
  // The back-off formula and the time of everything on the server.
  schedule: { imports: [], node: false, packages: [] },
  // The core: pure.
  domain: { imports: [], packages: [] },
  xgateway: { imports: ['domain', 'text', ERRORS] },
  journal: { imports: ['domain', ERRORS] },
  audit: { imports: ['domain', 'journal', 'schedule', 'text', ERRORS] },
  consumers: {
    imports: ['domain', 'feed', 'journal', 'schedule', ERRORS],
  },
  feed: { imports: ['journal', 'schedule', ERRORS], types: ['domain'] },
  http: { imports: ['access', 'client/protocol.ts', ERRORS] },
  access: { imports: ['schedule', 'client/protocol.ts', 'domain', ERRORS] },
  confirmation: { imports: ['domain', 'schedule', 'xgateway', ERRORS], types: ['journal'] },
  callback: { imports: ['schedule', 'domain', 'http', 'journal', 'xgateway', ERRORS], types: ['telemetry'] },
  admin: {
    imports: ['schedule', 'access', 'callback', 'domain', 'xgateway', ERRORS],
    types: ['confirmation', 'consumers', 'feed', 'journal'],
  },
  telemetry: {
    imports: ['access', 'callback', 'confirmation', 'consumers', 'domain', 'graphql', 'journal', 'xgateway', ERRORS],
    types: ['feed'],
  },
  graphql: {
    imports: [
      'access',
      'client/documents.ts',
      'client/global-id.ts',
      'domain',
      'feed',
      'http',
      'journal',
      'schedule',
      ERRORS,
    ],
    types: ['admin', 'audit', 'consumers'],
  },
  transport: {
    imports: ['schedule', 'access', 'client/protocol.ts', 'graphql', 'http', 'text', ERRORS],
    types: ['domain', 'feed', 'journal', 'telemetry'],
  },
  // The gateway's types and rules in GraphQL servers of the application's own.
  embedding: {
    imports: ['access', 'client/protocol.ts', 'feed', 'graphql', 'http', 'journal', 'transport', ERRORS],
    types: ['domain', 'gateway', 'telemetry'],
  },
  console: { imports: ['access', 'http', 'xgateway', ERRORS] },
  // People who sign in to the console with an OpenID provider.
  'sign-in': { imports: ['access', 'console', 'http', 'schedule', ERRORS] },
  // Composes: the only one that sees every part.
  gateway: {
    imports: [
      ...[
        'access',
        'admin',
        'audit',
        'callback',
        'confirmation',
        'consumers',
        'domain',
        'embedding',
        'feed',
        'graphql',
      ],
      'http',
      ...['journal', 'telemetry', 'text', 'transport', 'xgateway', ERRORS],
    ],
  },
  // The gateway's first user, with the settings that it is made from.
  server: {
    imports: [
      ...['access', 'console', 'gateway', 'graphql', 'http', 'journal', 'sign-in', 'telemetry', 'text', 'xgateway'],
      ERRORS,
    ],
  },
  cli: {
    imports: [
      ...['admin', 'audit', 'client', 'domain', 'journal', 'schedule', 'server', 'telemetry', 'text'],
      ...['graphql', 'xgateway', ERRORS],
    ],
    types: ['access'],
  },
  // For tests of applications: knows the gateway, and nothing of ours knows it.
  testing: { imports: ['client', 'gateway', 'schedule', 'xgateway'] },
  // Names what the package exports.
  'index.ts': {
    imports: ['access', 'confirmation', 'console', 'domain', 'embedding', 'gateway', 'telemetry', ERRORS],
    types: ['admin', 'consumers', 'graphql', 'http', 'journal', 'xgateway'],
  },
};

/** One import statement of a file, or one `import()`. */
export interface Import {
  readonly target: string;
  readonly isTypeOnly: boolean;
}

/** The unit that a file belongs to: the longest name in the table that it starts with. `path` is relative to src/. */
export function unitOf(path: string): string | null {
  const names = Object.keys(ARROWS).filter((name) => path === name || path.startsWith(`${name}/`));
  return names.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** The imports of a source text. Statements start their line, as the formatter leaves them; examples in comments do not. */
export function importsOf(source: string): readonly Import[] {
  const statements = [...source.matchAll(/^(?:import|export)\s+(type\s+)?(?:[\w*\s{},$]+?\sfrom\s+)?'([^']+)'/gm)];
  const lines = source.split('\n').filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line));
  const calls = [...lines.join('\n').matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]/g)];
  return [
    ...statements.map(([, type, target = '']) => ({ target, isTypeOnly: type !== undefined })),
    ...calls.map(([, target = '']) => ({ target, isTypeOnly: false })),
  ];
}

/** Why `path` (relative to src/) may not contain `source`: one line per forbidden import. */
export function violationsOf(path: string, source: string): readonly string[] {
  const unit = unitOf(path);
  if (unit === null)
    return [`src/${path}: no rule for this folder. Add it to ARROWS in scripts/checks/import-rules.ts.`];
  return importsOf(source)
    .filter((one) => !isAllowed(path, unit, one))
    .map(
      ({ target }) => `src/${path}: ${unit} may not import ${target}. See ARROWS in scripts/checks/import-rules.ts.`,
    );
}

function isAllowed(path: string, unit: string, { target, isTypeOnly }: Import): boolean {
  const { imports, types = [], node = true, packages } = ARROWS[unit] as Allowance;
  if (target.startsWith('node:')) return node;
  if (!target.startsWith('.')) return packages === undefined || packages.includes(packageOf(target));
  const file = normalize(join(dirname(path), target));
  // Above src/: the manifest, for the version, and nothing else.
  if (file.startsWith('..')) return file === '../package.json';
  const to = unitOf(file);
  return to !== null && (to === unit || imports.includes(to) || (isTypeOnly && types.includes(to)));
}

function packageOf(target: string): string {
  return target.split('/', target.startsWith('@') ? 2 : 1).join('/');
}

/** A cycle among the arrows that exist at run time, as the units on it; null when there is none. */
export function findCycle(arrows: Readonly<Record<string, Allowance>> = ARROWS): readonly string[] | null {
  const done = new Set<string>();
  const visit = (unit: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(unit)) return [...path.slice(path.indexOf(unit)), unit];
    if (done.has(unit)) return null;
    done.add(unit);
    for (const next of arrows[unit]?.imports ?? []) {
      const cycle = visit(next, [...path, unit]);
      if (cycle !== null) return cycle;
    }
    return null;
  };
  for (const unit of Object.keys(arrows)) {
    const cycle = visit(unit, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

/** Every violation in src/. */
export function checkImports(root = join(import.meta.dirname, '..', '..', 'src')): readonly string[] {
  return globSync('**/*.{ts,tsx}', { cwd: root })
    .sort()
    .flatMap((path) => violationsOf(path, readFileSync(join(root, path), 'utf8')));
}

if (import.meta.main) {
  const violations = checkImports();
  for (const line of violations) process.stderr.write(`${line}\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
