import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowedUrl, invalidAllowedUrls, mayHaveAddress, parseAllowedUrls } from '../../src/http/allowed-urls.ts';

const LIST = parseAllowedUrls([
  'https://router.example.com/callback',
  'http://localhost:4040',
  'http://[::1]:5/a/b/',
  '10.1.0.0/16',
]);

test.each([
  'https://router.example.com/callback',
  'https://router.example.com/callback/c4a9d1b8-dc57-44ab-9e5a-6e6189b2b945',
  'https://router.example.com:443/callback/one',
  'HTTPS://Router.Example.COM/callback/one',
  'http://localhost:4040/',
  'http://localhost:4040',
  'http://localhost:4040/anything/at/all',
  'http://[::1]:5/a/b/c',
  'http://[::1]:5/a/b',
  'http://[0:0:0:0:0:0:0:1]:5/a/b/c',
])('%s is allowed', (url) => {
  expect(allowedUrl(url, LIST)?.href).toBe(new URL(url).href);
});

test.each([
  // Another scheme, host, port or path.
  'http://router.example.com/callback/one',
  'https://router.example.com:444/callback/one',
  'https://router.example.com./callback/one',
  'https://evil.router.example.com/callback/one',
  'https://router.example.com.evil/callback/one',
  'https://router.example.com/callbacks/one',
  'https://router.example.com/Callback/one',
  'https://router.example.com/',
  'https://router.example.com',
  'http://127.0.0.1:4040/',
  'http://localhost:40400/',
  'http://[::1]:5/a',
  'http://[::1]:5/a/bc',
  'file:///etc/passwd',
  'ftp://localhost:4040/',
  'javascript:alert(1)',
  // Credentials, which may hide another host.
  'https://router.example.com@evil.example/callback/one',
  'https://user:secret@router.example.com/callback/one',
  'https://@router.example.com/callback/one',
  // What a URL parser, or a server behind it, makes another path of.
  'https://router.example.com/callback/../admin',
  'https://router.example.com/callback/./one',
  'https://router.example.com/callback/%2e%2e/admin',
  'https://router.example.com/callback/%2E%2e%2fadmin',
  'https://router.example.com/callback/..%2fadmin',
  'https://router.example.com/callback/..%5cadmin',
  'https://router.example.com/callback\\..\\admin',
  'https://router.example.com\\@evil.example/callback/one',
  'https:\\\\router.example.com\\callback\\one',
  'https:/router.example.com/callback/one',
  'https:router.example.com/callback/one',
  'https://router.example.com/call\tback/one',
  'https://router.example.com/callback/\none',
  'https://router.example.com/callback/one\u0000',
  'https://router.example.com/callback/one%00',
  ' https://router.example.com/callback/one',
  'https://router.example.com/callback/one ',
  'https://router.example.com/callback/ü',
  'https://router.example.com/callback/one?a=b',
  'https://router.example.com/callback/one#a',
  `https://router.example.com/callback/${'x'.repeat(2_048)}`,
  '',
  'x',
])('%j is not', (url) => {
  expect(allowedUrl(url, LIST)).toBeNull();
});

test('whatever is allowed begins with an item of the list, as it is called', () => {
  const part = fc.constantFrom(
    'https://',
    'router.example.com',
    '/callback',
    '/..',
    '%2e',
    '@',
    ':',
    '\\',
    '/',
    'evil',
    '?',
    '#',
    '.',
    '443',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
      const url = allowedUrl(parts.join(''), LIST);
      if (url === null) return;
      expect(`${url.href}/`).toMatch(/^https:\/\/router\.example\.com\/callback\//);
      expect(url.href).not.toMatch(/\.\.|%|@|\\/);
    }),
    { numRuns: 5_000 },
  );
});

test.each([null, undefined, 5, {}, ['https://router.example.com/callback'], new URL('http://localhost:4040')])(
  '%j is no URL',
  (given) => {
    expect(allowedUrl(given, LIST)).toBeNull();
  },
);

test('items that are no URL and no range are named', () => {
  const wrong = [
    'router',
    'https://*.example.com/',
    'https://a/b?c',
    'https://u:p@a/',
    'https://a/../b',
    '10.0.0.0/99',
    'ws://a/',
  ];
  expect(invalidAllowedUrls([...wrong, 'https://a/b', '10.0.0.0/8', '::1'])).toEqual(wrong);
});

describe('addresses', () => {
  const names = (hostname: string, addresses: readonly string[]) =>
    addresses.filter((address) => mayHaveAddress(hostname, address, LIST));
  const PUBLIC = ['203.0.114.7', '2606:4700::1', '::ffff:8.8.8.8'];
  const PRIVATE = ['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd00::1', '::ffff:10.0.0.1'];
  const LOOPBACK = ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'];
  const LISTED = ['10.1.2.3', '::ffff:10.1.2.3'];
  const NEVER = [
    ...[
      '169.254.169.254',
      '169.254.0.1',
      'fe80::1',
      '::ffff:169.254.169.254',
      'fd00:ec2::254',
      '100.100.100.200',
      '168.63.129.16',
      '::a9fe:a9fe',
    ],
    ...[
      '0.0.0.0',
      '::',
      '224.0.0.1',
      'ff02::1',
      '255.255.255.255',
      '240.0.0.1',
      '192.0.0.192',
      '192.0.2.1',
      '198.18.0.1',
    ],
    ...['64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1', '2001:0:1::1', '', 'localhost', '0x7f.1', '1.2.3'],
  ];
  const ALL = [...PUBLIC, ...PRIVATE, ...LOOPBACK, ...LISTED, ...NEVER];

  test.each([
    ['router.example.com', [...PUBLIC, ...LISTED]],
    ['router', [...PUBLIC, ...PRIVATE, ...LISTED]],
    ['router.default.svc.cluster.local', [...PUBLIC, ...PRIVATE, ...LISTED]],
    ['router.internal', [...PUBLIC, ...PRIVATE, ...LISTED]],
    ['internal.example.com', [...PUBLIC, ...LISTED]],
    ['localhost', [...PUBLIC, ...PRIVATE, ...LOOPBACK, ...LISTED]],
    ['evil-localhost.example.com', [...PUBLIC, ...LISTED]],
    ['10.0.0.1', [...PUBLIC, ...PRIVATE, ...LOOPBACK, ...LISTED]],
  ])('%s', (hostname, expected) => {
    expect(names(hostname, ALL)).toEqual(expected);
  });

  test('a list that names ranges of link-local addresses allows none', () => {
    const list = parseAllowedUrls(['169.254.0.0/16', 'fe80::/10', '0.0.0.0/0', '::/0']);
    expect(NEVER.filter((address) => mayHaveAddress('router', address, list))).toEqual([]);
    expect(mayHaveAddress('router.example.com', '127.0.0.1', list)).toBe(true);
  });
});
