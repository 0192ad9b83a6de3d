import { expect, test } from 'vitest';
import { isSameDatabase, withCredentials } from '../../src/journal/credentials.ts';

test('the same database: whatever the user and the password, wherever they stand in the URL', () => {
  const url = 'postgres://kyc:old@db:5432/kyc?sslmode=verify-full&pool_size=8';
  for (const other of [
    url,
    'postgres://kyc:new@db:5432/kyc?sslmode=verify-full&pool_size=8',
    'postgres://other:p%40ss%2F@db:5432/kyc?sslmode=verify-full&pool_size=8',
    'postgres://db:5432/kyc?sslmode=verify-full&pool_size=8&user=kyc&password=new',
  ]) {
    expect([other, isSameDatabase(url, other), isSameDatabase(other, url)]).toEqual([other, true, true]);
    expect(withCredentials(url, other)).toBe(new URL(other).href);
  }
  for (const other of [
    'postgres://kyc:old@db2:5432/kyc?sslmode=verify-full&pool_size=8',
    'postgres://kyc:old@db:5433/kyc?sslmode=verify-full&pool_size=8',
    'postgres://kyc:old@db:5432/kyc2?sslmode=verify-full&pool_size=8',
    'postgres://kyc:old@db:5432/kyc?pool_size=8',
    'sqlite:data/kyc.db',
    'postgres://',
    '',
  ]) {
    expect([other, isSameDatabase(url, other), isSameDatabase(other, url)]).toEqual([other, false, false]);
  }
  expect(isSameDatabase('sqlite:data/kyc.db', 'sqlite:data/kyc.db')).toBe(false);
});
