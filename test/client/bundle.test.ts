import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundleLibrary } from '../support/bundle.ts';

test.each(['index', 'react'])('the client (%s) is below 10 kB, and has no server code in it', async (entry) => {
  const { code, modules } = await bundleLibrary(`src/client/${entry}.ts`);
  expect(gzipSync(code).length).toBeLessThan(10_000);
  expect(modules.length).toBeGreaterThan(5);
  expect(modules.filter((id) => !/^(src\/client\/|node_modules\/graphql-ws\/dist\/(client|common))/.test(id))).toEqual(
    [],
  );
});
