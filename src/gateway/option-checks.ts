/**
 * The shape of a gateway's options. Applications without TypeScript, and those that read options from elsewhere, make mistakes that types
 * would prevent: a misspelled `callbackAllowedIps` must not leave the endpoint open.
 */
import { z } from 'zod';
import { isOrigin } from '../access/origin.ts';
import { CONFIRMATION_SCHEDULE } from '../confirmation/schedule.ts';
import { LOG_CUSTOMER_IDS } from '../telemetry/customer-ids.ts';

const call = z.custom<() => unknown>((value) => typeof value === 'function', 'must be a function');
/** Something of the application's that has these methods. */
function having(...methods: readonly string[]) {
  const has = (value: unknown): boolean =>
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    methods.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');
  return z.custom<object>(has, `must be an object with the methods ${methods.join(', ')}`);
}
/** What other modules check in depth. */
const object = z.custom<object>((value) => typeof value === 'object' && value !== null, 'must be an object');
const list = z.array(z.string('must be text'), 'must be a list of texts');
const flag = z.boolean('must be true or false');
const text = z.string('must be text').min(1, 'must not be empty');
const whole = z.custom<number>(
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  'must be a whole number, 0 or more',
);
const positive = z.custom<number>(
  (value) => Number.isFinite(value) && (value as number) > 0,
  'must be a number greater than 0',
);

/** A duration or a count of the schedule; `Infinity` is never. */
const amount = z.custom<number>((value) => typeof value === 'number' && value >= 0, 'must be a number, 0 or more');
const oneOf = (names: readonly [string, ...string[]]) => z.enum(names, `must be one of ${names.join(', ')}`);

const origin = z.custom<string>(
  (value) => typeof value === 'string' && (value === '*' || isOrigin(value)),
  'must be an origin such as https://shop.example, without a path',
);
/** An object without other keys; one of them is reported by its name, not by this message. */
const shape = <Shape extends z.ZodRawShape>(keys: Shape) => z.strictObject(keys, 'must be an object');

const SHAPE = z.strictObject({
  secrets: object,
  databaseUrl: text.optional(),
  access: z.union([object, call], 'must be an object with JWT options, or a function'),
  session: call.optional(),
  auditLogDays: whole.optional(),
  requireConfirmation: flag.optional(),
  confirmRequiresTwo: flag.optional(),
  xgatewayApi: shape({
    key: z.union([text, call], 'must be text that is not empty, or a function'),
    url: text,
    allowHttp: flag.optional(),
    timeoutMs: positive.optional(),
  }).optional(),
  confirmationSchedule: shape(
    Object.fromEntries(Object.keys(CONFIRMATION_SCHEDULE).map((name) => [name, amount.optional()])),
  ).optional(),
  callbackAllowedIps: list.optional(),
  callbacksPerCustomerPerMinute: whole.optional(),
  trustProxy: z.unknown().optional(),
  passOtherCallbackTypes: flag.optional(),
  introspection: oneOf(['everyone', 'admin']).optional(),
  relayNode: flag.optional(),
  allowedOrigins: z.array(origin, 'must be a list of origins').optional(),
  federation: shape({ entity: text, key: text, field: text, auth: flag.optional() }).optional(),
  trustedDocuments: shape({ documents: object, only: flag.optional() }).optional(),
  subscriptionCallbackUrls: list.optional(),
  limits: object.optional(),
  notifier: having('publish', 'subscribe', 'unsubscribe').optional(),
  log: having('info', 'warn', 'error').optional(),
  logCustomerIds: oneOf(LOG_CUSTOMER_IDS).optional(),
  onCallback: call.optional(),
  onBlockingCommit: call.optional(),
  metrics: object.optional(),
  stallMs: positive.optional(),
});

/** Throws a `TypeError` that names the first option that can't be what it is. No value is repeated: it may be a secret. */
export function checkOptions(options: unknown): void {
  const { error } = SHAPE.safeParse(options);
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return;
  const where = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => (where === '' ? key : `${where}.${key}`));
    throw new TypeError(`Unknown option: ${names.join(', ')}.`);
  }
  if (where === '') throw new TypeError('createKycGateway needs an object with options.');
  throw new TypeError(`${where} ${issue.message}.`);
}
