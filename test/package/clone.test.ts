import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyClone, runProgram } from '../support/package.ts';
import { type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
let clone: string;
beforeAll(() => {
  clone = copyClone(folder.path);
  const { code, stderr } = runProgram('npm', ['run', 'build'], clone);
  if (code !== 0) throw new Error(stderr);
}, 120_000);
afterAll(() => folder[Symbol.dispose]());

/** What identifies a build: a rebuilt or replaced file has another inode. */
const buildOf = (root: string) => [statSync(join(root, 'dist')).ino, statSync(join(root, 'dist/cli/main.js')).ino];

/** Runs `npx xgateway-kyc …` in the clone, with an empty npx cache as on the first call. */
function npx(words: readonly string[], root = clone) {
  using cache = temporaryFolder();
  return runProgram('npx', ['xgateway-kyc', ...words], root, { npm_config_cache: cache.path });
}

test('npx in a clone answers within 2 seconds, says nothing of engines, and leaves the build alone', () => {
  const before = buildOf(clone);
  // Sources that are newer than the build, as while somebody edits them.
  const file = join(clone, 'src/errors.ts');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n`);
  // The fastest of three: other tests use the same processors.
  const attempts = [1, 2, 3].map(() => {
    const startedAt = performance.now();
    return { ...npx(['--help']), tookMs: performance.now() - startedAt };
  });
  expect(Math.min(...attempts.map(({ tookMs }) => tookMs))).toBeLessThan(2_000);
  const [{ code, stdout, stderr }] = attempts as [(typeof attempts)[number]];
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Usage: xgateway-kyc');
  expect(buildOf(clone)).toEqual(before);
});

test('a backup through npx works beside a running server, which goes on serving its console', async () => {
  const env = serverEnv(folder.path);
  const before = buildOf(clone);
  const program = [process.execPath, join(clone, 'bin/xgateway-kyc.js'), 'serve'] as const;
  await using server: ServerProcess = await serve(clone, env, program);
  const copy = join(folder.path, 'copy.db');
  using cache = temporaryFolder();
  const words = ['xgateway-kyc', 'backup', copy];
  const { code } = runProgram('npx', words, clone, { ...env, npm_config_cache: cache.path });
  expect(code).toBe(0);
  expect(existsSync(copy)).toBe(true);
  expect(buildOf(clone)).toEqual(before);
  expect((await fetch(`${server.url}/console`)).status).toBe(200);
});

test('a build that is current is left alone, and one that is not is replaced as a whole', () => {
  runProgram('npm', ['run', 'build'], clone);
  const before = buildOf(clone);
  expect(runProgram('npm', ['run', 'build'], clone).code).toBe(0);
  expect(buildOf(clone)).toEqual(before);
  const file = join(clone, 'src/errors.ts');
  writeFileSync(file, `${readFileSync(file, 'utf8')}export const added = 1;\n`);
  expect(runProgram('npm', ['run', 'build'], clone).code).toBe(0);
  expect(buildOf(clone)).not.toEqual(before);
  expect(readFileSync(join(clone, 'dist/errors.js'), 'utf8')).toContain('added');
});

test('a build that fails leaves the last one in place', () => {
  runProgram('npm', ['run', 'build'], clone);
  const before = buildOf(clone);
  const file = join(clone, 'src/errors.ts');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, `${text}export const wrong: number = 'text';\n`);
  expect(runProgram('npm', ['run', 'build'], clone).code).not.toBe(0);
  writeFileSync(file, text);
  expect(buildOf(clone)).toEqual(before);
});

test('a clone that is not built says in one line to build it', () => {
  const fresh = copyClone(folder.path);
  const { code, stdout, stderr } = runProgram('npm', ['start', '--silent'], fresh);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: 'xgateway-kyc is not built. Run npm ci, which also builds it.\n',
  });
});

test('the prepare script of a production install keeps the build: there is nothing to build with', () => {
  const production = copyClone(folder.path, { nodeModules: false });
  const { code, stdout, stderr } = runProgram('npm', ['run', '--silent', 'prepare'], production);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(existsSync(join(production, 'dist'))).toBe(false);
});

test('npm start hands signals to the server: it ends in order', async () => {
  const env = { ...serverEnv(folder.path), PATH: `${join(process.execPath, '..')}:${process.env['PATH']}` };
  runProgram('npm', ['run', 'build'], clone);
  const server = await serve(clone, env, ['npm', 'start', '--silent']);
  const ended = await server.kill('SIGTERM');
  expect(ended.stdout).toContain('"msg":"stopped"');
});
