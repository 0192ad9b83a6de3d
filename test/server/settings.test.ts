import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSettings, SettingsError } from '../../src/server/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 'a secret of thirty-two bytes or more';
const production = {
  NODE_ENV: 'production',
  XGATEWAY_SECRET_KEY: 'key',
  JWT_SECRET: SECRET,
  DATABASE_URL: 'sqlite:/var/lib/kyc.db',
};

let folder: ReturnType<typeof temporaryFolder>;
let development: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = temporaryFolder();
  development = { DATABASE_URL: `sqlite:${folder.path}/data/kyc.db` };
});
afterEach(() => folder[Symbol.dispose]());

/** What is wrong with an environment; nothing when it can be used. */
function problems(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

/** The variables that the problems name first, one a problem. */
const named = (env: NodeJS.ProcessEnv) => problems(env).map((problem) => problem.split(' ')[0]);

describe('production', () => {
  test('with what it needs, and the defaults of production', () => {
    expect(readSettings(production)).toMatchObject({
      production: true,
      port: 4_000,
      host: '0.0.0.0',
      databaseUrl: 'sqlite:/var/lib/kyc.db',
      secrets: { current: 'key' },
      access: { key: { secret: SECRET }, customerClaim: 'sub' },
      xgatewayApi: null,
      requireConfirmation: false,
      callbackAllowedIps: [],
      trustProxy: false,
      corsOrigins: [],
      metricsPort: null,
      logLevel: 'info',
    });
  });

  test('refuses to start without real secrets, and says which', () => {
    expect(named({ NODE_ENV: 'production' })).toEqual(['XGATEWAY_SECRET_KEY', 'JWT_SECRET']);
    expect(named({ ...production, XGATEWAY_SECRET_KEY: '' })).toEqual(['XGATEWAY_SECRET_KEY']);
    const jwks = { ...production, JWT_SECRET: undefined, JWT_JWKS_URL: 'https://id.example/keys' };
    expect(named(jwks)).toEqual(['JWT_ISSUER', 'JWT_AUDIENCE']);
    expect(named({ ...jwks, JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' })).toEqual([]);
    expect(named({ ...jwks, JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', JWT_JWKS_URL: 'http://id.example/keys' })).toEqual([
      'JWT_JWKS_URL',
    ]);
    expect(named({ ...production, XGATEWAY_API_URL: 'http://api.example' })).toEqual(['XGATEWAY_API_URL']);
  });

  test('makes no secrets of its own', () => {
    const env = { ...production, DATABASE_URL: development['DATABASE_URL'] };
    readSettings(env);
    expect(problems({ ...env, JWT_SECRET: undefined })).toHaveLength(1);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

test('every mistake is named at once, by its variable, and no value is repeated', () => {
  const wrong: NodeJS.ProcessEnv = {
    NODE_ENV: 'production',
    PORT: '65536',
    DATABASE_URL: 'mysql://user:hunter2@host/db',
    XGATEWAY_SECRET_KEY: '',
    JWT_SECRET: 'hunter2',
    JWT_JWKS_URL: 'ftp://hunter2',
    XGATEWAY_API_URL: 'hunter2',
    REQUIRE_CONFIRMATION: 'yes',
    CALLBACK_ALLOWED_IPS: '10.0.0.0/8, 300.1.1.1',
    TRUST_PROXY: 'true',
    CORS_ORIGINS: 'https://shop.example/path',
    METRICS_PORT: 'x',
    LOG_LEVEL: 'loud',
  };
  const found = named(wrong);
  for (const name of Object.keys(wrong)) if (name !== 'NODE_ENV') expect(found).toContain(name);
  expect(problems(wrong).join()).toContain('JWT_SECRET and JWT_JWKS_URL are both set');
  expect(problems(wrong).join()).not.toContain('hunter2');
  expect(() => readSettings(wrong)).toThrow(/^The settings are invalid:\n {2}- /);
});

const ROWS: readonly (readonly [variable: string, good: readonly string[], bad: readonly string[]])[] = [
  ['PORT', ['0', '4000', '65535'], ['-1', '65536', '4000.5', 'http', '0x10', '1e3', ' ']],
  ['METRICS_PORT', ['9090'], ['-1', 'x']],
  [
    'DATABASE_URL',
    ['sqlite:/x/kyc.db', 'sqlite:///x/kyc.db', 'postgres://u:p@h/d', 'postgresql://h/d'],
    ['kyc.db', 'sqlite:', 'postgres:', 'mysql://h/d'],
  ],
  ['JWT_SECRET', ['é'.repeat(16)], ['x'.repeat(31)]],
  ['REQUIRE_CONFIRMATION', ['true', 'false'], ['1', 'TRUE', 'yes']],
  [
    'CALLBACK_ALLOWED_IPS',
    ['10.0.0.0/8', '192.0.2.7', ' 10.0.0.1 , 2001:db8::/32,', '::1'],
    ['10.0.0.0/33', 'localhost', '10.0.0'],
  ],
  [
    'CALLBACK_PATH',
    ['/callbacks/kyc', '/k7Q_x-9/hook.v2'],
    ['kyc', '/', '/a/', '/a//b', '/a?b', '/:id', '/graphql', '/health/x', '/a/../b', '/a b'],
  ],
  ['NODE_ENV', ['production'], ['prod', 'Production', 'staging', 'dev']],
  ['TRUST_PROXY', ['1', '2', '10.0.0.0/8,::1'], ['true', 'yes', '-1', '1.5', 'loopback']],
  [
    'CORS_ORIGINS',
    ['*', 'https://shop.example', 'http://localhost:5173, https://a.example'],
    ['shop.example', 'https://shop.example/', 'https://*.shop.example/x', 'null'],
  ],
  ['XGATEWAY_API_URL', ['https://api.example/v2'], ['api.example', 'file:///etc/passwd']],
  ['LOG_LEVEL', ['silent', 'trace'], ['verbose', 'INFO']],
];
test.each(ROWS)('%s', (variable, good, bad) => {
  for (const value of good) expect([value, ...named({ ...production, [variable]: value })]).toEqual([value]);
  for (const value of bad) expect([value, ...named({ ...production, [variable]: value })]).toEqual([value, variable]);
});

test('an empty value is no value', () => {
  const empty = Object.fromEntries(ROWS.map(([variable]) => [variable, '']));
  expect(readSettings({ ...production, ...empty, JWT_SECRET: SECRET })).toMatchObject({
    port: 4_000,
    logLevel: 'info',
    databaseUrl: 'sqlite:data/kyc.db',
  });
});

test('the item of a list that is wrong is named', () => {
  for (const [variable, value, item] of [
    ['CALLBACK_ALLOWED_IPS', '10.0.0.0/8, 203.0.113.300', '203.0.113.300'],
    ['CALLBACK_ALLOWED_IPS', '010.0.0.1', '010.0.0.1'],
    ['TRUST_PROXY', '10.0.0.1,loopback', 'loopback'],
    ['CORS_ORIGINS', 'https://a.example,b.example', 'b.example'],
  ] as const) {
    expect(problems({ ...production, [variable]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${variable} must be .* Correct "${item.replaceAll('.', '\\.')}"\\.$`)),
    ]);
  }
});

test('credentials in an item that is wrong are not repeated', () => {
  const url = `http://user:${SECRET}/with@slashes@router:4040/callback`;
  for (const variable of ['CORS_ORIGINS', 'SUBSCRIPTION_CALLBACK_URLS', 'XGATEWAY_API_URL', 'PUBLIC_URL']) {
    const [problem] = problems({ ...production, [variable]: url });
    expect(problem).toMatch(new RegExp(`^${variable} `));
    expect(problem).not.toContain(SECRET.slice(0, 8));
    expect(problem).not.toContain('slashes');
  }
});

describe('secrets', () => {
  test('with whitespace around them are refused, by name and without their value', () => {
    for (const name of ['XGATEWAY_SECRET_KEY', 'XGATEWAY_SECRET_KEY_PREVIOUS', 'JWT_SECRET', 'XGATEWAY_API_KEY']) {
      for (const value of [` ${SECRET}`, `${SECRET}\n`, `${SECRET}\t`, `\u00a0${SECRET}`]) {
        expect([name, ...named({ ...production, [name]: value })]).toEqual([name, name]);
        expect(problems({ ...production, [name]: value }).join()).not.toContain(SECRET);
      }
    }
    expect(named({ ...production, XGATEWAY_SECRET_KEY: 'with space inside' })).toEqual([]);
  });

  test('of which one ends with a full stop and the other are refused: a hash would fit two customers', () => {
    const pair = (current: string, previous: string) =>
      named({ ...production, XGATEWAY_SECRET_KEY: current, XGATEWAY_SECRET_KEY_PREVIOUS: previous });
    expect(pair('a.key', 'key')).toEqual(['XGATEWAY_SECRET_KEY']);
    expect(pair('key', 'a.b.key')).toEqual(['XGATEWAY_SECRET_KEY']);
    for (const [current, previous] of [
      ['akey', 'key'],
      ['key', 'key'],
      ['key.a', 'key'],
    ] as const) {
      expect(pair(current, previous)).toEqual([]);
    }
  });
});

test('a confirmation is required by default once there is an API key', () => {
  const required = (more: NodeJS.ProcessEnv) => readSettings({ ...production, ...more }).requireConfirmation;
  expect(required({})).toBe(false);
  expect(required({ XGATEWAY_API_KEY: 'k' })).toBe(true);
  expect(required({ XGATEWAY_API_KEY: 'k', REQUIRE_CONFIRMATION: 'false' })).toBe(false);
  expect(required({ REQUIRE_CONFIRMATION: 'true' })).toBe(true);
});

describe('names that are no settings', () => {
  test('that start with XGATEWAY_ are refused, with the setting that was probably meant', () => {
    expect(problems({ ...production, XGATEWAY_SECRETKEY: 'x' })).toEqual([
      'XGATEWAY_SECRETKEY is not a setting. Did you mean XGATEWAY_SECRET_KEY?',
    ]);
    expect(named({ ...production, XGATEWAY_: '', XGATEWAY_WHATEVER: 'x' })).toEqual(['XGATEWAY_WHATEVER']);
  });

  test('that Kubernetes and the command line use are ignored', () => {
    const service = {
      XGATEWAY_KYC_TOKEN: 't',
      XGATEWAY_KYC_SERVICE_HOST: '10.0.0.1',
      XGATEWAY_KYC_SERVICE_PORT: '4000',
      XGATEWAY_KYC_SERVICE_PORT_HTTP: '4000',
      XGATEWAY_KYC_PORT: 'tcp://10.0.0.1:4000',
      XGATEWAY_KYC_PORT_4000_TCP: 'tcp://10.0.0.1:4000',
      XGATEWAY_KYC_PORT_4000_TCP_ADDR: '10.0.0.1',
    };
    expect(readSettings({ ...production, ...service, XGATEWAY_API_KEY: 'k' }).warnings).toEqual([]);
    expect(named({ ...production, XGATEWAY_KYC_PORT: '4000' })).toEqual(['XGATEWAY_KYC_PORT']);
  });

  test('are listed with everything else that is wrong', () => {
    const env = { ...production, PORT: 'x', TRUST_PROXY: 'true', LIMIT_DEPHT: '5', XGATEWAY_KEY: 'k' };
    expect(() => readSettings(env)).toThrow(
      /^The settings are invalid:\n( {2}- .*\n){3}Also check:\n {2}- LIMIT_DEPHT .* mean LIMIT_DEPTH\?\n {2}- Neither XGATEWAY_API_KEY/,
    );
    expect(named(env)).toEqual(['PORT', 'TRUST_PROXY', 'XGATEWAY_KEY']);
    expect(problems({ ...production, TRUST_PROXY: 'true' })).toEqual([
      'TRUST_PROXY must be the number of proxies in front of this server, or their addresses or CIDR ranges, separated by commas. With ' +
        '"true" every sender could choose the address that they are counted by.',
    ]);
  });

  test('within two edits of a setting of eight letters or more are a warning that names both', () => {
    const warned = (name: string) =>
      readSettings({ ...production, XGATEWAY_API_KEY: 'k', [name]: 'x' }).warnings.join();
    for (const [name, meant] of [
      ['CALLBACK_ALLOWED_IP', 'CALLBACK_ALLOWED_IPS'],
      ['CALBACK_ALOWED_IPS', 'CALLBACK_ALLOWED_IPS'],
      ['TRUSTPROXY', 'TRUST_PROXY'],
      ['REQUIRE_CONFIRMATIONS', 'REQUIRE_CONFIRMATION'],
      ['cors_origins', 'CORS_ORIGINS'],
      ['DATABASE_URI', 'DATABASE_URL'],
    ] as const) {
      expect(warned(name)).toBe(`${name} is not a setting. Did you mean ${meant}?`);
    }
    for (const name of ['PATH', 'HOSTS', 'POST', 'HOME', 'TRUST_THE_PROXY', 'SECRET_KEY'])
      expect([name, warned(name)]).toEqual([name, '']);
  });
});

test('production warns when neither an API key nor an address list protects it from a leaked hash', () => {
  const warnings = (more: NodeJS.ProcessEnv) => readSettings({ ...production, ...more }).warnings.join();
  expect(warnings({})).toMatch(/Neither XGATEWAY_API_KEY nor CALLBACK_ALLOWED_IPS/);
  expect(warnings({ CALLBACK_ALLOWED_IPS: '203.0.113.7' })).not.toMatch(/CALLBACK_ALLOWED_IPS/);
  expect(warnings({ XGATEWAY_API_KEY: 'k' })).toBe('');
  expect(readSettings(development).warnings).toEqual([]);
});

describe('BASE_PATH', () => {
  test.each(['/kyc', '/kyc/', '/shop/kyc', '/k.y_c~-1'])('%s is one', (path) => {
    expect(readSettings({ ...production, BASE_PATH: path }).basePath).toBe(path.replace(/\/$/, ''));
  });

  test.each(['kyc', '/a b', '/../x', '//kyc', '/kyc//x', '/graphql', '/Console/x', '/kyc?x', 'https://x.example/kyc'])(
    '%s is none',
    (path) => expect(named({ ...production, BASE_PATH: path })).toEqual(['BASE_PATH']),
  );

  test('/ is the same as none', () => {
    expect(readSettings({ ...production, BASE_PATH: '/' }).basePath).toBe('');
    expect(readSettings(production).basePath).toBe('');
  });

  test('CALLBACK_PATH is below it, so it must not begin with it', () => {
    expect(named({ ...production, BASE_PATH: '/kyc', CALLBACK_PATH: '/kyc/in' })).toEqual(['CALLBACK_PATH']);
    expect(named({ ...production, BASE_PATH: '/callbacks' })).toEqual(['CALLBACK_PATH']);
    expect(named({ ...production, BASE_PATH: '/kyc', CALLBACK_PATH: '/kycs' })).toEqual([]);
  });
});

describe('development', () => {
  const path = () => join(folder.path, 'data', 'development-secrets.json');

  test('with nothing set: secrets of its own, kept for the next start where only the owner can read them', () => {
    const first = readSettings(development);
    expect(first).toMatchObject({ production: false, host: '127.0.0.1' });
    expect(first.secrets.current).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, 'data')).mode & 0o777).toBe(0o700);
    expect(first.developmentSecrets).toMatchObject({ path: path(), isNew: true });
    const { developmentSecrets, ...second } = readSettings(development);
    expect(first).toMatchObject(second);
    expect(developmentSecrets).toMatchObject({ path: path(), isNew: false });
  });

  test('what is set is used, and the rest is generated', () => {
    const settings = readSettings({ ...development, JWT_SECRET: SECRET });
    expect(settings.access.key).toMatchObject({ secret: SECRET });
    expect(settings.secrets.current).toHaveLength(64);
  });

  test('refused on a host that others can reach, unless the secrets are real', () => {
    for (const HOST of ['0.0.0.0', '::', '192.0.2.7', 'kyc.example', '::ffff:10.0.0.1']) {
      expect([HOST, ...named({ ...development, HOST })]).toEqual([HOST, 'HOST']);
      expect(named({ ...development, HOST, XGATEWAY_SECRET_KEY: 'key', JWT_SECRET: SECRET })).toEqual([]);
    }
    expect(problems({ ...development, HOST: '::', JWT_SECRET: SECRET }).join()).toMatch(/Set XGATEWAY_SECRET_KEY\.$/);
    for (const HOST of ['localhost', '127.0.0.1', '127.1.2.3', '::1']) {
      expect([HOST, ...named({ ...development, HOST })]).toEqual([HOST]);
    }
    expect(readdirSync(join(folder.path, 'data'))).toEqual(['development-secrets.json']);
  });

  test('a file with other content is named, and not overwritten', () => {
    readSettings(development);
    writeFileSync(path(), '{"callbackSecret":""}');
    expect(() => readSettings(development)).toThrow(path());
    expect(readFileSync(path(), 'utf8')).toBe('{"callbackSecret":""}');
  });
});

describe('signing in', () => {
  const oidc = {
    OIDC_ISSUER: 'https://login.shop.example',
    OIDC_CLIENT_ID: 'kyc-console',
    OIDC_CLIENT_SECRET: 'the client secret',
    OIDC_ROLE_MAP: 'compliance=kyc:admin,support=kyc:read',
    PUBLIC_URL: 'https://kyc.shop.example/',
    SESSION_SECRET: SECRET,
  };

  test('with what it needs, and its defaults', () => {
    expect(readSettings({ ...production, ...oidc, BASE_PATH: '/kyc' }).signIn).toMatchObject({
      issuer: 'https://login.shop.example',
      clientId: 'kyc-console',
      clientSecret: 'the client secret',
      scope: 'openid profile email offline_access',
      roleClaim: 'roles',
      publicUrl: 'https://kyc.shop.example/kyc',
      secrets: { current: SECRET },
      times: { maxMs: 12 * 60 * 60_000 },
    });
    expect(readSettings(production).signIn).toBeNull();
    const withPath = { ...production, ...oidc, PUBLIC_URL: 'https://shop.example/kyc' };
    for (const base of ['', '/kyc', '/KYC']) {
      expect(readSettings({ ...withPath, BASE_PATH: base }).signIn?.publicUrl).toBe('https://shop.example/kyc');
    }
  });

  test('names everything that is missing at once, and what does not fit together', () => {
    expect(named({ ...production, OIDC_ISSUER: oidc.OIDC_ISSUER })).toEqual([
      'SESSION_SECRET',
      'OIDC_CLIENT_ID',
      'OIDC_ROLE_MAP',
      'PUBLIC_URL',
    ]);
    expect(named({ ...production, ...oidc, OIDC_ISSUER: undefined })).toEqual(['OIDC_CLIENT_ID', 'OIDC_ROLE_MAP']);
    expect(named({ ...production, ...oidc, OIDC_ISSUER: 'http://login.shop.example' })).toEqual(['OIDC_ISSUER']);
    expect(named({ ...production, ...oidc, PUBLIC_URL: 'http://127.0.0.1:4000' })).toEqual(['PUBLIC_URL']);
    expect(named({ ...production, ...oidc, PUBLIC_URL: 'https://shop.example/a', BASE_PATH: '/b' })).toEqual([
      'PUBLIC_URL',
    ]);
    expect(named({ ...production, ...oidc, SESSION_SECRET: undefined, SESSION_SECRET_PREVIOUS: SECRET })).toEqual([
      'SESSION_SECRET',
      'SESSION_SECRET_PREVIOUS',
    ]);
  });

  test.each([
    ['PUBLIC_URL', 'http://kyc.shop.example'],
    ['PUBLIC_URL', 'https://user:word@kyc.shop.example'],
    ['PUBLIC_URL', 'https://kyc.shop.example/?a=b'],
    ['PUBLIC_URL', 'kyc.shop.example'],
    ['OIDC_ROLE_MAP', 'compliance=everything'],
    ['OIDC_SCOPE', 'profile email'],
    ['SESSION_SECRET', 'short'],
    ['SESSION_HOURS', '0'],
    ['SESSION_HOURS', '169'],
    ['OIDC_ISSUER', 'login.shop.example'],
    ['OIDC_CLIENT_SECRET', ' surrounded '],
  ])('%s is not %s', (name, value) => {
    expect(named({ ...production, ...oidc, [name]: value })).toEqual([name]);
  });

  test('in development, plain http on loopback and no session secret will do', () => {
    const env = { ...development, ...oidc, PUBLIC_URL: 'http://localhost:4000', SESSION_SECRET: undefined };
    const settings = readSettings({ ...env, OIDC_ISSUER: 'http://localhost:8080' });
    expect(settings.signIn?.publicUrl).toBe('http://localhost:4000');
    // Settings are read again to rotate secrets: sessions go on.
    expect(readSettings(env).signIn?.secrets).toEqual(settings.signIn?.secrets);
  });
});
