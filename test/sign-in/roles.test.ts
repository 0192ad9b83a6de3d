import { expect, test } from 'vitest';
import { personIn } from '../../src/sign-in/person.ts';
import { readRoleMap, rolesIn, scopeOf } from '../../src/sign-in/roles.ts';

test('a role map is roles with a scope each; a role may have spaces, commas and = in its name', () => {
  const map = readRoleMap(' compliance=kyc:admin, support = kyc:read ,CN=KYC Staff,OU=Groups=kyc:read');
  expect([...(map ?? [])]).toEqual([
    ['compliance', 'kyc:admin'],
    ['support', 'kyc:read'],
    ['CN=KYC Staff,OU=Groups', 'kyc:read'],
  ]);
});

test.each([
  '',
  'compliance',
  'compliance=admin',
  '=kyc:read',
  'a=kyc:read,a=kyc:admin',
  'a=kyc:read;b=kyc:read',
  'a=kyc:reader',
])('not a role map: %s', (text) => {
  expect(readRoleMap(text)).toBeNull();
});

test('a role claim is a string, an array of strings, or at a path; a name with dots wins over a path', () => {
  const claims = {
    roles: ['a', 7, null, { role: 'b' }, 'c', ''],
    role: 'support',
    words: 'openid support',
    realm_access: { roles: ['nested'] },
    resource_access: { 'kyc.console': { roles: ['deep'] } },
    'https://shop.example/roles': ['namespaced'],
    odd: { support: true },
    number: 1,
    email: 'ada@shop.example',
  };
  expect(rolesIn(claims, 'roles')).toEqual(['a', 'c']);
  expect(rolesIn(claims, 'role')).toEqual(['support']);
  expect(rolesIn(claims, 'words')).toEqual(['openid support', 'openid', 'support']);
  expect(rolesIn(claims, 'realm_access.roles')).toEqual(['nested']);
  expect(rolesIn(claims, 'resource_access.kyc.console.roles')).toEqual(['deep']);
  expect(rolesIn(claims, 'https://shop.example/roles')).toEqual(['namespaced']);
  for (const path of [
    'missing',
    'odd',
    'number',
    'realm_access',
    'realm_access.roles.0',
    '__proto__',
    'constructor.name',
  ]) {
    expect(rolesIn(claims, path)).toEqual([]);
  }
});

test('an e-mail address is a role only when the provider has verified it', () => {
  for (const verified of [undefined, false, 'true', 1]) {
    expect(rolesIn({ email: 'ada@shop.example', email_verified: verified }, 'email')).toEqual([]);
  }
  expect(rolesIn({ email: 'ada@shop.example', email_verified: true }, 'email')).toEqual(['ada@shop.example']);
});

test('of several roles the greatest scope counts, and roles that are not in the map have none', () => {
  const map = new Map([
    ['support', 'kyc:read'],
    ['compliance', 'kyc:admin'],
  ] as const);
  expect(scopeOf(['x', 'support', 'compliance'], map)).toBe('kyc:admin');
  expect(scopeOf(['support', 'x'], map)).toBe('kyc:read');
  expect(scopeOf(['Support', 'compliance '], map)).toBeNull();
});

test('a person is called by what identifies them best, and never by nothing', () => {
  expect(personIn({ sub: '1', email: 'a@x', email_verified: true, preferred_username: 'ada' })?.name).toBe('a@x');
  expect(personIn({ sub: '1', email: 'a@x', preferred_username: 'ada', name: 'Ada' })?.name).toBe('ada');
  expect(personIn({ sub: '1', name: ' Ada  ' })?.name).toBe('Ada');
  expect(personIn({ sub: '1', name: 'x'.repeat(500) })?.name).toHaveLength(120);
  // Invisible characters, and ones that turn the direction of text: another person could look like Ada.
  for (const name of ['Ada\u200B', '\u202EadA', 'Ada\n', '   ', '', '\uD800']) {
    expect(personIn({ sub: '1', name: name === 'Ada\n' ? 'A\nda' : name })?.name).toBe('1');
  }
  for (const sub of [undefined, '', '  ', 7, 'x'.repeat(256), 'a\u0000b']) expect(personIn({ sub })).toBeNull();
});
