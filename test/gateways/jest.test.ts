/** The testing kit in Jest with ES modules, from the packed tarball. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { KIT_IMPORT, KIT_TEST } from '../support/kit-test.ts';
import { createApplication, pack, ROOT, runProgram } from '../support/package.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

test('the testing kit works in Jest', () => {
  const application = createApplication(folder.path, pack(folder.path).server, 'xgateway-kyc');
  const jest = { testEnvironment: 'node', transform: {}, testMatch: ['**/*.test.js'] };
  writeFileSync(join(application, 'package.json'), JSON.stringify({ type: 'module', jest }));
  writeFileSync(join(application, 'kit.test.js'), KIT_IMPORT + KIT_TEST);
  // Not from this folder, which has a graphql of its own: a gateway would refuse it beside the application's.
  const program = join(ROOT, 'tools/ci/node_modules/jest/bin/jest.js');
  const words = ['--experimental-vm-modules', '--no-warnings', program, '--forceExit', '--rootDir', application];
  const { code, stderr } = runProgram(process.execPath, words, application, {});
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('1 passed');
}, 120_000);
