import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { ARROWS, checkImports, findCycle, importsOf, unitOf, violationsOf } from '../../scripts/checks/import-rules.ts';

test('src/ keeps the import rules', () => {
  expect(checkImports()).toEqual([]);
});

test('the arrows between folders have no cycle', () => {
  expect(findCycle()).toBeNull();
  expect(findCycle({ a: { imports: ['b'] }, b: { imports: ['c'] }, c: { imports: ['b'] } })).toEqual(['b', 'c', 'b']);
});

test.each([
  ['client/follow.ts', "import { readFile } from 'node:fs/promises';"],
  ['client/follow.ts', "import { Feed } from '../feed/feed.ts';"],
  ['client/follow.ts', "import type { KycUpdate } from '../domain/update.ts';"],
  ['client/follow.ts', "import { z } from 'zod';"],
  ['client/follow.ts', "const fs = await import('node:fs');"],
  ['client/protocol.ts', "import { followKyc } from './follow.ts';"],
  ['console/app/main.tsx', "import { consoleRouter } from '../serve.ts';"],
  ['console/app/main.tsx', "import {\n  join,\n} from 'node:path';"],
  ['domain/kyc.ts', "import { KycError } from '../errors.ts';"],
  ['domain/kyc.ts', "import { z } from 'zod';"],
  ['journal/entry.ts', "import { callbackHash } from '../xgateway/callback-hash.ts';"],
  ['journal/sqlite/journal.ts', "export * from '../../feed/feed.ts';"],
  ['feed/feed.ts', "import '../graphql/schema.ts';"],
  ['callback/intake.ts', "import { createMetrics } from '../telemetry/metrics.ts';"],
  ['graphql/live.ts', "import { closeSocket } from '../transport/closing.ts';"],
  ['transport/sse/transport.ts', "import { createKycGateway } from '../../gateway/create.ts';"],
  ['xgateway/kyc-api.ts', "import { Confirmer } from '../confirmation/confirmer.ts';"],
  ['gateway/create.ts', "import { startServer } from '../server/app.ts';"],
  ['server/app.ts', "import '../../test/support/server.ts';"],
])('%s may not contain: %s', (path, source) => {
  expect(violationsOf(path, source)).toHaveLength(1);
});

test.each([
  ['client/follow.ts', "import { CLOSE } from './protocol.ts';"],
  ['transport/closing.ts', "import { CLOSE } from '../client/protocol.ts';"],
  ['callback/intake.ts', "import type { Tracing } from '../telemetry/tracing.ts';"],
  ['domain/fingerprint.ts', "import { createHash } from 'node:crypto';"],
  ['gateway/create.ts', "/**\n * import { startServer } from '../server/app.ts';\n */"],
])('%s may contain: %s', (path, source) => {
  expect(violationsOf(path, source)).toEqual([]);
});

test('a folder that is not in the table is refused', () => {
  expect(violationsOf('utils/strings.ts', '')).toHaveLength(1);
});

test('every arrow in the table is used', () => {
  const root = join(import.meta.dirname, '..', '..', 'src');
  const used = new Set(
    globSync('**/*.{ts,tsx}', { cwd: root }).flatMap((path) =>
      importsOf(readFileSync(join(root, path), 'utf8')).map(
        ({ target }) => `${unitOf(path)} → ${unitOf(normalize(join(dirname(path), target)))}`,
      ),
    ),
  );
  const arrows = Object.entries(ARROWS).flatMap(([unit, { imports, types = [] }]) =>
    [...imports, ...types].map((to) => `${unit} → ${to}`),
  );
  expect(arrows.filter((arrow) => !used.has(arrow))).toEqual([]);
});

test('only the composition root sees transports and the callback endpoint together', () => {
  const composing = Object.keys(ARROWS).filter((unit) => {
    const { imports } = ARROWS[unit] as { imports: readonly string[] };
    return imports.includes('transport') && imports.includes('callback');
  });
  expect(composing).toEqual(['gateway']);
});

test('every form of import is seen', () => {
  const source = `import a, { b } from 'one';
import type { C } from 'two';
import * as d from 'three';
import 'four';
export { e } from 'five';
export type * from 'six';
import {
  type F,
  g,
} from 'seven';
const h = await import('eight');
`;
  expect(importsOf(source).map(({ target, isTypeOnly }) => `${target}${isTypeOnly ? ' (type)' : ''}`)).toEqual([
    'one',
    'two (type)',
    'three',
    'four',
    'five',
    'six (type)',
    'seven',
    'eight',
  ]);
});
