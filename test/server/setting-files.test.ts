import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FILE_SETTINGS } from '../../src/server/environment.ts';
import { databaseUrlFrom, fileVariable, readSettingFiles } from '../../src/server/setting-files.ts';
import { readSettings, SettingsError } from '../../src/server/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 'a secret of thirty-two bytes or more';
const production = { NODE_ENV: 'production', XGATEWAY_SECRET_KEY: 'key', JWT_SECRET: SECRET };

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function file(content: string | Uint8Array, name = 'secret'): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

function problems(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

test('each secret, and the URL of the journal, can be in a file', () => {
  const values = {
    XGATEWAY_SECRET_KEY: 'the key',
    XGATEWAY_SECRET_KEY_PREVIOUS: 'the previous key',
    XGATEWAY_API_KEY: 'the API key',
    JWT_SECRET: `${SECRET} 1`,
    JWT_SECRET_PREVIOUS: `${SECRET} 2`,
    OIDC_CLIENT_SECRET: 'the client secret',
    SESSION_SECRET: `${SECRET} 3`,
    SESSION_SECRET_PREVIOUS: `${SECRET} 4`,
    DATABASE_URL: 'postgres://kyc:hunter2@db/kyc',
  };
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: 'production',
    OIDC_ISSUER: 'https://login.shop.example',
    OIDC_CLIENT_ID: 'kyc-console',
    OIDC_ROLE_MAP: 'support=kyc:read',
    PUBLIC_URL: 'https://kyc.shop.example',
  };
  for (const name of FILE_SETTINGS) env[fileVariable(name)] = file(`${values[name]}\n`, name);
  expect(readSettings(env)).toMatchObject({
    secrets: { current: 'the key', previous: 'the previous key' },
    access: { key: { secret: `${SECRET} 1`, previous: `${SECRET} 2` } },
    xgatewayApi: { key: 'the API key' },
    signIn: {
      clientSecret: 'the client secret',
      secrets: { current: `${SECRET} 3`, previous: `${SECRET} 4` },
    },
    databaseUrl: 'postgres://kyc:hunter2@db/kyc',
  });
  expect(databaseUrlFrom(env)).toBe('postgres://kyc:hunter2@db/kyc');
});

test('the line break at the end of a file is not a part of its value, and other whitespace is refused', () => {
  for (const [content, value] of [
    ['key', 'key'],
    ['key\n', 'key'],
    ['key\r\n', 'key'],
    ['a b', 'a b'],
  ] as const) {
    expect(readSettingFiles({ JWT_SECRET_FILE: file(content) }).env['JWT_SECRET']).toBe(value);
  }
  for (const content of [`${SECRET}\n\n`, ` ${SECRET}`, `${SECRET} \n`]) {
    const path = file(content);
    const [problem, ...more] = problems({ ...production, JWT_SECRET: '', JWT_SECRET_FILE: path });
    expect([problem, more]).toEqual([expect.stringMatching(/^JWT_SECRET begins or ends with whitespace/), []]);
    expect(problem).toContain(path);
    expect(problem).not.toContain(SECRET);
  }
});

test('a setting and its file together are refused; an empty name of a file is none', () => {
  for (const name of FILE_SETTINGS) {
    const both = { ...production, [name]: `sqlite:${SECRET}`, [fileVariable(name)]: file('x') };
    expect(problems(both)).toEqual([`${name} and ${name}_FILE are both set. Remove one of them.`]);
    expect(problems({ ...production, [fileVariable(name)]: '' })).toEqual([]);
  }
});

test('a file that cannot be used is named with the reason, and its secret is not also reported as missing', () => {
  const unreadable = file('x', 'unreadable');
  chmodSync(unreadable, 0o000);
  mkdirSync(join(folder.path, 'folder'));
  symlinkSync('nowhere', join(folder.path, 'dangling'));
  const isRoot = process.getuid?.() === 0;
  for (const [path, reason] of [
    [join(folder.path, 'missing'), /Cannot read \S+missing \(ENOENT\)/],
    [join(folder.path, 'dangling'), /ENOENT/],
    [join(folder.path, 'folder'), /not a file/],
    ['/dev/zero', /not a file/],
    ...(isRoot ? [] : [[unreadable, /EACCES/] as const]),
    [file('', 'empty'), /empty/],
    [file('\n', 'newline'), /empty/],
    [file('x'.repeat(20_000), 'large'), /larger than 16384 bytes/],
    [file(new Uint8Array([0xff, 0xfe, 0x41]), 'binary'), /not UTF-8/],
    [file('a\0b', 'nul'), /not UTF-8/],
  ] as const) {
    const found = problems({ NODE_ENV: 'production', JWT_SECRET: SECRET, XGATEWAY_SECRET_KEY_FILE: path });
    expect([path, found]).toEqual([path, [expect.stringMatching(/^XGATEWAY_SECRET_KEY_FILE: /)]]);
    expect(found[0]).toMatch(reason);
    expect(() => databaseUrlFrom({ DATABASE_URL_FILE: path })).toThrow(reason);
  }
});

test('JWT_SECRET_PREVIOUS is checked like JWT_SECRET, and needs one', () => {
  expect(problems({ ...production, JWT_SECRET_PREVIOUS: 'short' })).toEqual([
    'JWT_SECRET_PREVIOUS must have 32 bytes or more.',
  ]);
  const alone = { ...production, JWT_SECRET: '', JWT_SECRET_PREVIOUS: SECRET, JWT_JWKS_URL: 'https://id.example/k' };
  expect(problems({ ...alone, JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' })).toEqual([
    expect.stringMatching(/^JWT_SECRET_PREVIOUS is set and JWT_SECRET is not/),
  ]);
});

test('what differs from the defaults is told by name, and secrets as "set"', () => {
  const { changed } = readSettings({
    ...production,
    DATABASE_URL: 'postgres://kyc:hunter2@db/kyc',
    PORT: '4000',
    LOG_LEVEL: 'debug',
    CALLBACK_PATH: '/k7Q',
    XGATEWAY_API_URL: 'https://user:hunter2@api.example/v2?key=hunter2',
    CORS_ORIGINS: 'https://a.example, https://b.example',
  });
  expect(changed).toEqual({
    NODE_ENV: 'production',
    LOG_LEVEL: 'debug',
    DATABASE_URL: 'set',
    CALLBACK_PATH: 'set',
    XGATEWAY_SECRET_KEY: 'set',
    JWT_SECRET: 'set',
    XGATEWAY_API_URL: 'https://api.example/v2',
    CORS_ORIGINS: 'https://a.example, https://b.example',
  });
});
