import { spawnSync } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Runs the compiler; returns its exit code with what it complains of. */
function compile(words: readonly string[], cwd: string): [code: number | null, complaints: string] {
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...words], { cwd, encoding: 'utf8' });
  return [status, stdout];
}

test('the public API compiles as a user would write it, every strictness on', () => {
  using folder = temporaryFolder();
  // A package as it is published, from today's sources, and a user who has installed it.
  const declarations = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', join(folder.path, 'dist')];
  expect(compile(declarations, ROOT)).toEqual([0, '']);
  writeFileSync(
    join(folder.path, 'package.json'),
    JSON.stringify({ name: manifest.name, type: 'module', exports: manifest.exports }),
  );
  symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'), 'dir');
  cpSync(import.meta.dirname, folder.path, { recursive: true });
  // A service in Node, and a page with the browser's types alone.
  for (const project of ['tsconfig.json', 'tsconfig.page.json']) {
    expect(compile(['-p', project], folder.path)).toEqual([0, '']);
  }
});
