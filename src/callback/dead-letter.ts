/** Turns a callback that is not recorded into the dead letter that is kept. */

import { isTooDeep } from '../domain/exact-json.ts';
import { senderOf } from '../http/client-address.ts';
import type { NewDeadLetter } from '../journal/dead-letters.ts';
import { currentTime } from '../schedule/clock.ts';
import { hashDigest } from '../xgateway/callback-hash.ts';
import type { Classification } from './classify.ts';
import { withoutMember, writeDeepJson } from './deep-json.ts';
import type { CallbackOrigin, ReceivedCallback } from './intake.ts';

/** A refused callback up to this size is kept whole, in bytes: it can be replayed once the secret is corrected. */
const MAX_REFUSED_BYTES = 16 * 1024;
/** Of everything else that is refused, only this much is kept, in bytes. */
const MAX_EXCERPT_BYTES = 4 * 1024;

/**
 * Runs of base64 or hex, escaped or percent-encoded too: a hash is a credential, and the kept text may hold one. The length is
 * checked afterwards: a minimum length in the expression would make it rescan the characters of shorter runs.
 */
const RUNS = /(?:[\w+/-]|%2[bf]|\\\/|\\u002[bf])+(?:=|%3d|\\u003d)*/gi;

/** A SHA-512 digest in base64 has 88 characters; each may be escaped. Shorter and longer runs are something else. */
const CREDENTIAL_LENGTH = { min: 80, max: 300 };

/** The dead letter of a JSON object. It holds a digest of the hash, never the hash. */
export function jsonDeadLetter(
  callback: ReceivedCallback,
  { isGenuine, reason, customerId, problems }: Extract<Classification, { readonly report: null }>,
): NewDeadLetter {
  const { hash } = callback.body;
  const whole = withoutHash(callback);
  return {
    category: isGenuine ? 'GENUINE' : 'REFUSED',
    reason,
    problems,
    customerId,
    body: isGenuine || isKeptWhole(whole, reason) ? whole : excerpt(whole),
    hashDigest: typeof hash === 'string' ? hashDigest(hash) : null,
    receivedAt: currentTime(),
    ...originOf(callback),
  };
}

/** The dead letter of a body that is not a JSON object. */
export function textDeadLetter(text: string, origin: CallbackOrigin): NewDeadLetter {
  return {
    category: 'REFUSED',
    reason: 'NOT_JSON',
    problems: [],
    customerId: null,
    body: excerpt(text),
    hashDigest: null,
    receivedAt: currentTime(),
    ...originOf(origin),
  };
}

function originOf({ address, requestId, isAllowedAddress }: CallbackOrigin) {
  return { sender: address === '' ? null : senderOf(address), requestId, isAllowedSender: isAllowedAddress };
}

function isKeptWhole(body: string, reason: string): boolean {
  const limit = reason === 'OTHER_CALLBACK_TYPE' ? MAX_EXCERPT_BYTES : MAX_REFUSED_BYTES;
  return body.length <= limit && Buffer.byteLength(body) <= limit;
}

/** The beginning of a text, as a JSON string: what is kept is always JSON. */
function excerpt(text: string): string {
  // Redacted before it is cut, because half a hash is still a secret. Text far beyond the cut is not scanned.
  const looked = text.slice(0, 2 * MAX_EXCERPT_BYTES);
  const redacted = looked.replace(RUNS, (run, at: number) =>
    isCredential(run, at + run.length === looked.length && looked !== text) ? '[redacted]' : run,
  );
  const bytes = Buffer.from(redacted.slice(0, MAX_EXCERPT_BYTES));
  if (bytes.length <= MAX_EXCERPT_BYTES) return JSON.stringify(redacted.slice(0, MAX_EXCERPT_BYTES));
  // A character that was cut in two is dropped.
  return JSON.stringify(bytes.toString('utf8', 0, MAX_EXCERPT_BYTES).replace(/\ufffd+$/, ''));
}

function isCredential({ length }: string, isHalf: boolean): boolean {
  return (isHalf || length >= CREDENTIAL_LENGTH.min) && length <= CREDENTIAL_LENGTH.max;
}

/**
 * The callback as JSON without its hash: as it was sent, where its text is known. That keeps its members' order, repeated names and
 * digits, and costs less than serialising it again. Genuine ones may be nested to any depth.
 */
function withoutHash({ body, text }: ReceivedCallback): string {
  if (text !== null) return withoutMember(text, 'hash');
  const { hash: _, ...rest } = body;
  return isTooDeep(rest, null) ? writeDeepJson(rest) : JSON.stringify(rest);
}
