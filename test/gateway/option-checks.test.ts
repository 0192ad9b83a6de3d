import { expect, test } from 'vitest';
import { checkOptions } from '../../src/gateway/option-checks.ts';
import { resolveOptions } from '../../src/gateway/options.ts';

const needed = { secrets: { current: 'secret' }, access: { key: { secret: 'x'.repeat(32) } } };

test.each([
  [{ callbackAllowedIp: ['203.0.113.7'] }, 'Unknown option: callbackAllowedIp.'],
  [{ stallMs: Number.NaN }, 'stallMs must be a number greater than 0.'],
  [{ stallMs: 0 }, 'stallMs must be a number greater than 0.'],
  [{ callbacksPerCustomerPerMinute: -3 }, 'callbacksPerCustomerPerMinute must be a whole number, 0 or more.'],
  [{ callbacksPerCustomerPerMinute: '120' }, 'callbacksPerCustomerPerMinute must be a whole number, 0 or more.'],
  [{ auditLogDays: 1.5 }, 'auditLogDays must be a whole number, 0 or more.'],
  [{ introspection: 'maybe' }, 'introspection must be one of everyone, admin.'],
  [{ logCustomerIds: 'odd' }, 'logCustomerIds must be one of plain, hashed.'],
  [{ session: 5 }, 'session must be a function.'],
  [{ notifier: {} }, 'notifier must be an object with the methods publish, subscribe, unsubscribe.'],
  [{ log: {} }, 'log must be an object with the methods info, warn, error.'],
  [{ allowedOrigins: ['x y'] }, 'allowedOrigins.0 must be an origin such as https://shop.example, without a path.'],
  [
    { allowedOrigins: ['https://shop.example/'] },
    'allowedOrigins.0 must be an origin such as https://shop.example, without a path.',
  ],
  [{ callbackAllowedIps: '203.0.113.7' }, 'callbackAllowedIps must be a list of texts.'],
  [{ confirmationSchedule: { waitingMs: 'x' } }, 'confirmationSchedule.waitingMs must be a number, 0 or more.'],
  [{ confirmationSchedule: { waitMs: 1 } }, 'Unknown option: confirmationSchedule.waitMs.'],
  [{ xgatewayApi: { key: '', url: 'https://api.example' } }, 'xgatewayApi.key must not be empty.'],
  [{ xgatewayApi: { key: 'k', url: 'https://api.example', timeout: 1 } }, 'Unknown option: xgatewayApi.timeout.'],
  [{ federation: 'Customer:id:kyc' }, 'federation must be an object.'],
  [{ trustedDocuments: new Map() }, 'trustedDocuments.documents must be an object.'],
  [{ requireConfirmation: 'false' }, 'requireConfirmation must be true or false.'],
  [{ metrics: 'on' }, 'metrics must be an object.'],
  [{ access: undefined }, 'access must be an object with JWT options, or a function.'],
  [{ secrets: 'secret' }, 'secrets must be an object.'],
])('%j is refused: %s', (options, message) => {
  expect(() => resolveOptions({ ...needed, ...options } as never)).toThrow(new TypeError(message));
});

test.each([undefined, null, 'options'])('%j is no options', (options) => {
  expect(() => checkOptions(options)).toThrow(new TypeError('createKycGateway needs an object with options.'));
});

test('an option that is undefined has its default', () => {
  const options = resolveOptions({
    ...needed,
    stallMs: undefined,
    limits: undefined,
    allowedOrigins: undefined,
  } as never);
  expect(options).toMatchObject({ stallMs: 30_000, auditLogDays: 730 });
});

test.each(['https://shop.example', 'http://localhost:5173', 'capacitor://localhost', '*'])(
  '%s is an origin',
  (origin) => {
    expect(() => checkOptions({ ...needed, allowedOrigins: [origin] })).not.toThrow();
  },
);
