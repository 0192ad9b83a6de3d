import { expect, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/journal/open.ts';

test.each([
  ['sqlite:data/kyc.db', 'data/kyc.db'],
  ['sqlite:/var/lib/kyc.db', '/var/lib/kyc.db'],
  ['sqlite:///var/lib/kyc.db', '/var/lib/kyc.db'],
  ['sqlite:C:\\kyc.db', 'C:\\kyc.db'],
])('%s is the SQLite file %s', (url, path) => {
  expect(parseDatabaseUrl(url)).toEqual({ kind: 'sqlite', path });
});

test.each(['postgres://db', 'postgresql://u:p@db/kyc?sslmode=verify-full'])('%s is a Postgres', (url) => {
  expect(parseDatabaseUrl(url)).toEqual({ kind: 'postgres', url });
});

test.each(['', 'sqlite:', 'mysql://root:hunter2@db/kyc', 'data/kyc.db'])('"%s" is refused and not repeated', (url) => {
  expect(() => parseDatabaseUrl(url)).toThrow(/^DATABASE_URL must be sqlite:.* or postgres:/);
  expect(() => parseDatabaseUrl(url)).not.toThrow(/hunter2/);
});
