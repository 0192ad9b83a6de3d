import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BINDINGS, bindingBytes, MAX_BINDING_BYTES } from '../../scripts/checks/sizes.ts';
import { bundleLibrary } from '../support/bundle.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test.each([
  ['index', 'followKyc'],
  ['react', 'KycProvider, useKycStatus'],
  ['vue', 'provideKyc, useKycStatus'],
  ['svelte', 'kycStore'],
])('a page that uses %s { %s } loads less than 10 kB, and no server code', async (entry, names) => {
  using folder = temporaryFolder();
  const page = join(folder.path, 'page.ts');
  writeFileSync(page, `export { ${names} } from '${process.cwd()}/src/client/${entry}.ts';\n`);
  const { code, modules } = await bundleLibrary(page);
  expect(gzipSync(code).length).toBeLessThan(10_000);
  expect(modules.length).toBeGreaterThan(5);
  const isClient = /^(src\/client\/|node_modules\/graphql-ws\/dist\/(client|common))/;
  expect(modules.filter((id) => id !== page && !isClient.test(id))).toEqual([]);
  // Texts and cache policies are for those who import them.
  expect(code).not.toMatch(/Verify your identity|KycUpdateConnection/);
});

test.each(['index', 'react'])('all of %s is below 12 kB', async (entry) => {
  const { code } = await bundleLibrary(`src/client/${entry}.ts`);
  expect(gzipSync(code).length).toBeLessThan(12_000);
});

test.each(BINDINGS)('%s is a thin binding: below 1 kB of its own', async (file) => {
  expect(await bindingBytes(file)).toBeLessThan(MAX_BINDING_BYTES);
});
