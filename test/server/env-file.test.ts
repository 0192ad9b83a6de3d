import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadEnvFile } from '../../src/server/env-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, '.env');
});
afterEach(() => folder[Symbol.dispose]());

const load = (bytes: Buffer | string, env: NodeJS.ProcessEnv = {}) => {
  writeFileSync(path, bytes);
  return { note: loadEnvFile(path, env).note, env };
};

test('without a file only the environment counts', () => {
  const env = { A: '1' };
  expect(loadEnvFile(path, env)).toEqual({ note: null });
  expect(loadEnvFile(join(path, 'below'), env)).toEqual({ note: null });
  expect(env).toEqual({ A: '1' });
});

test('what the environment has already wins over the file', () => {
  expect(load('A=file\nB="two words"\n', { A: 'environment' })).toEqual({
    note: null,
    env: { A: 'environment', B: 'two words' },
  });
});

test('a byte order mark is not a part of the first name, and is mentioned', () => {
  const utf16be = Buffer.from('\ufeffA=é\n', 'utf16le').swap16();
  for (const bytes of ['\ufeffA=é\n', Buffer.from('\ufeffA=é\n', 'utf16le'), utf16be]) {
    expect(load(bytes)).toEqual({ note: expect.stringContaining('byte order mark'), env: { A: 'é' } });
  }
});

test('a file that cannot be read, or is not text, is an error that names it and the next step', () => {
  expect(() => load(Buffer.from([0x41, 0x3d, 0xe9]))).toThrow(`${path}: it is not UTF-8 text. Save it as UTF-8.`);
  expect(() => load(Buffer.from('A=1\n', 'utf16le'))).toThrow('Save it as UTF-8.');
  const other = join(folder.path, 'folder');
  mkdirSync(other);
  expect(() => loadEnvFile(other, {})).toThrow(`Cannot read ${other} (EISDIR). It is a folder`);
});
