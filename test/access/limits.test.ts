import { expect, test } from 'vitest';
import { DEFAULT_LIMITS, limitsOf, resolveLimits } from '../../src/access/limits.ts';
import { budgetKey, type Viewer } from '../../src/access/viewer.ts';
import { readSettings } from '../../src/server/settings.ts';
import { Connections } from '../../src/transport/connections.ts';

const viewer = (mayRead: boolean): Viewer => ({
  subject: 's',
  customerId: null,
  mayRead,
  mayAdmin: false,
  expiresAt: null,
});

test('without options the defaults hold; an option replaces one limit and keeps its neighbours', () => {
  expect(resolveLimits()).toEqual(DEFAULT_LIMITS);
  const limits = resolveLimits({ depth: 5, service: { aliases: 7 } });
  expect(limits).toEqual({ ...DEFAULT_LIMITS, depth: 5, service: { ...DEFAULT_LIMITS.service, aliases: 7 } });
});

test('a token with kyc:read has the limits of a service; every other caller those of a customer', () => {
  expect(limitsOf(DEFAULT_LIMITS, viewer(true))).toBe(DEFAULT_LIMITS.service);
  expect(limitsOf(DEFAULT_LIMITS, viewer(false))).toBe(DEFAULT_LIMITS.customer);
  expect(limitsOf(DEFAULT_LIMITS, null)).toBe(DEFAULT_LIMITS.customer);
});

test('each kind of token, and each issuer, has a budget of its own for one name', () => {
  const viewers = [
    null,
    viewer(false),
    viewer(true),
    ...['a', 'b'].map((issuer) => ({ ...viewer(true), issuer })),
    { ...viewer(false), subject: '' },
    { ...viewer(false), issuer: 'a"', subject: 's' },
    { ...viewer(false), issuer: 'a', subject: '"s' },
  ];
  expect(new Set(viewers.map(budgetKey)).size).toBe(viewers.length);
});

test("a customer's connections leave a service of the same name its own", () => {
  const limits = resolveLimits({ customer: { connections: 2 }, service: { connections: 1 } });
  const connections = new Connections(limits);
  const [customer, service] = [viewer(false), viewer(true)];
  expect([1, 2, 3].map(() => connections.take(customer))).toEqual([true, true, false]);
  expect([1, 2].map(() => connections.take(service))).toEqual([true, false]);
  connections.release(customer);
  expect([connections.take(service), connections.take(customer)]).toEqual([false, true]);
});

test('a limit that is not a positive integer is refused by name', () => {
  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '4' as unknown as number]) {
    expect(() => resolveLimits({ customer: { aliases: value } })).toThrow(/limits\.customer\.aliases must be/);
  }
  expect(() => resolveLimits({ colour: 1 } as object)).toThrow(/limits\.colour is not a limit/);
});

test('every limit has a setting', () => {
  const names = {
    depth: 'LIMIT_DEPTH',
    tokens: 'LIMIT_TOKENS',
    messageBytes: 'LIMIT_MESSAGE_BYTES',
    customer: 'LIMIT_',
    service: 'LIMIT_SERVICE_',
  } as const;
  const upper = (name: string) => name.replaceAll(/[A-Z]/g, '_$&').toUpperCase();
  const variables = Object.entries(DEFAULT_LIMITS).flatMap(([name, value]) =>
    typeof value === 'number'
      ? [names[name as 'depth']]
      : Object.keys(value).map((limit) => names[name as 'customer'] + upper(limit)),
  );
  const env = Object.fromEntries(variables.map((variable, index) => [variable, String(index + 1)]));
  const secrets = { XGATEWAY_SECRET_KEY: 'k', JWT_SECRET: 'x'.repeat(32) };
  const { limits } = readSettings({ ...secrets, ...env });
  const numbers = Object.values(resolveLimits(limits)).flatMap((value) =>
    typeof value === 'number' ? [value] : Object.values(value as object),
  );
  expect(numbers.toSorted((a, b) => a - b)).toEqual(variables.map((_, index) => index + 1));
});
