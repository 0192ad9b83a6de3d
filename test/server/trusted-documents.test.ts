import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSettings, type SettingsError } from '../../src/server/settings.ts';
import { MAX_MANIFEST_BYTES } from '../../src/server/trusted-documents.ts';
import { eventually } from '../support/eventually.ts';
import { serve } from '../support/process.ts';
import { CALLBACK_SECRET, JWT_SECRET, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'documents.json');
});
afterEach(() => folder[Symbol.dispose]());

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PORT: '0',
  DATABASE_URL: `sqlite:${folder.path}/kyc.db`,
  XGATEWAY_SECRET_KEY: CALLBACK_SECRET,
  JWT_SECRET,
  TRUSTED_DOCUMENTS: path,
  ...more,
});
const problemsOf = (more?: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readSettings(env(more));
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
};

test.each<[string, string | Buffer, string]>([
  ['text that is no JSON', '{', 'is not JSON'],
  ['a list', '[]', 'is a JSON object'],
  ['a document that is no text', '{"a":1}', 'The document "a" is not text'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'Cannot read'],
  ['an empty file', '', 'is not JSON'],
  ['a file that is too large', ' '.repeat(MAX_MANIFEST_BYTES + 1), 'larger than'],
])('%s is named at start, with its file', (_what, content, message) => {
  writeFileSync(path, content);
  const [problem, ...others] = problemsOf();
  expect(problem).toContain(`TRUSTED_DOCUMENTS: `);
  expect(problem).toContain(path);
  expect(problem).toContain(message);
  expect(others).toEqual([]);
});

test('a file that is missing, a folder, and TRUSTED_DOCUMENTS_ONLY without documents are named at start', () => {
  expect(problemsOf()).toEqual([expect.stringContaining(`Cannot read ${path} (ENOENT)`)]);
  mkdirSync(path);
  expect(problemsOf()).toEqual([expect.stringContaining(`Cannot read ${path} (not a file)`)]);
  expect(problemsOf({ TRUSTED_DOCUMENTS: '', TRUSTED_DOCUMENTS_ONLY: 'true' })).toEqual([
    expect.stringContaining('TRUSTED_DOCUMENTS is not set'),
  ]);
});

test('a manifest with a byte order mark is read', () => {
  writeFileSync(path, '\ufeff{"a":"{ a }"}');
  expect(readSettings(env()).trustedDocuments).toEqual({ path, documents: new Map([['a', '{ a }']]), only: false });
});

test('serve: a manifest that changes is used within five seconds, on SIGHUP at once; a bad one changes nothing', async () => {
  const write = (version: string, manifest: object | string) => {
    const file = join(folder.path, `${version}.json`);
    writeFileSync(file, typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
    symlinkSync(`${version}.json`, `${path}.new`);
    renameSync(`${path}.new`, path);
  };
  write('1', { a: '{ __typename }' });
  await using server = await serve(folder.path, env({ TRUSTED_DOCUMENTS_ONLY: 'true' }));
  const bearer = await token({ sub: 'c' });
  const ask = async (body: object): Promise<string> => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify(body),
    });
    const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    return errors?.[0]?.extensions.code ?? 'answered';
  };
  expect(await ask({ documentId: 'a' })).toBe('answered');
  expect(await ask({ query: '{ myKyc { status } }' })).toBe('DOCUMENT_NOT_TRUSTED');

  const logged = () =>
    server.said.stdout.split('\n').flatMap((line) => /"msg":"(ready|Read .*?)"/.exec(line)?.[1] ?? []);
  expect(logged()).toEqual(['Read 1 trusted document', 'ready']);

  write('2', { b: '{ myKyc { status } }' });
  await eventually(async () => (await ask({ documentId: 'b' })) === 'answered');
  expect(await ask({ documentId: 'a' })).toBe('DOCUMENT_NOT_FOUND');
  expect(await ask({ query: '{ myKyc { status } }' })).toBe('answered');

  write('3', '{');
  process.kill(server.pid, 'SIGHUP');
  await eventually(() => server.said.stdout.includes('The trusted documents cannot be used; those in use stay'));
  expect(await ask({ documentId: 'b' })).toBe('answered');

  write('4', { c: '{ __typename }' });
  process.kill(server.pid, 'SIGHUP');
  await eventually(async () => (await ask({ documentId: 'c' })) === 'answered');
  // One line for each time that the documents changed: looking at an unchanged file is none.
  const read = 'Read 1 trusted document';
  expect(logged()).toEqual([read, 'ready', read, read]);
});
