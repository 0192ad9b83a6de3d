import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/access/limits.ts';
import { createApollo } from '../../src/graphql/apollo.ts';
import { createLog } from '../../src/telemetry/log.ts';

test("Apollo Server writes to the owner's log, not to the console", () => {
  const log = createLog('silent');
  const apollo = createApollo(
    buildSchema('type Query { a: Int }'),
    { limits: DEFAULT_LIMITS, introspection: 'admin' },
    log,
    () => {},
  );
  expect(apollo.logger).toBe(log);
});
