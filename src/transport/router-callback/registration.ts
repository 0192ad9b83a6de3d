/**
 * What Apollo Router sends to be called back: a subscription with `extensions.subscription`, and an `Accept` that names the protocol.
 * https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/callback-protocol
 */
import type { ReceivedOperation } from '../../graphql/operation.ts';
import { HttpError } from '../../http/error-response.ts';
import { mediaRanges } from '../../http/media-types.ts';
import type { NodeRequest } from '../../http/node-handler.ts';
import { operationIn } from '../streams/operation-request.ts';

/** Where and how a subscription's updates are delivered. */
export interface Registration {
  /** As it was sent: it is in no allow-list yet. */
  readonly callbackUrl: string;
  readonly subscriptionId: string;
  /** Proves to Router that a message is ours. A secret: never logged. */
  readonly verifier: string;
  /** How often Router wants to hear from us, in milliseconds; 0: not. */
  readonly heartbeatIntervalMs: number;
  readonly operation: ReceivedOperation;
}

const MAX_ID_LENGTH = 256;
const MAX_VERIFIER_LENGTH = 1_024;
/** What is sent to Router more often would cost more than the updates; less often, a dead Router would be noticed late. */
const HEARTBEAT_MS = { least: 1_000, most: 60_000, usual: 5_000 } as const;

/** Whether a request may be one: by its method and its `Accept` alone. */
export function mayRegister({ method, headers: { accept } }: NodeRequest): boolean {
  if (method !== 'POST' || accept === undefined || !/callbackspec/i.test(accept)) return false;
  return mediaRanges(accept).some(
    ({ type, parameters }) => type === 'application/json' && parameters.get('callbackspec') === '1.0',
  );
}

/** The registration in a parsed body; null without `extensions.subscription`. Throws an `HttpError` for one that can't be used. */
export function registrationIn(body: unknown): Registration | null {
  const { extensions } = (body ?? {}) as { readonly extensions?: unknown };
  const { subscription } = (extensions ?? {}) as { readonly subscription?: unknown };
  if (subscription === undefined || subscription === null) return null;
  const given = subscription as Readonly<Record<string, unknown>>;
  return {
    callbackUrl: text(given, 'callbackUrl', Number.POSITIVE_INFINITY),
    subscriptionId: text(given, 'subscriptionId', MAX_ID_LENGTH),
    verifier: text(given, 'verifier', MAX_VERIFIER_LENGTH),
    heartbeatIntervalMs: heartbeat(given['heartbeatIntervalMs']),
    operation: operationIn(body),
  };
}

function text(given: Readonly<Record<string, unknown>>, name: string, max: number): string {
  const value = given[name];
  if (typeof value === 'string' && value !== '' && value.length <= max) return value;
  const most = Number.isFinite(max) ? ` of at most ${max} characters` : '';
  throw new HttpError('BAD_USER_INPUT', `"extensions.subscription.${name}" must be text${most}.`);
}

/** Within bounds; beyond them the nearest. */
function heartbeat(asked: unknown): number {
  if (asked === undefined || asked === null) return HEARTBEAT_MS.usual;
  if (typeof asked !== 'number' || !Number.isFinite(asked) || asked < 0) {
    throw new HttpError('BAD_USER_INPUT', '"extensions.subscription.heartbeatIntervalMs" must be a number from 0.');
  }
  return asked === 0 ? 0 : Math.min(HEARTBEAT_MS.most, Math.max(HEARTBEAT_MS.least, asked));
}
