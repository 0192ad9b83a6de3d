/** Request IDs: one name for a request in its answer, in the log and in the journal. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const VALID = /^[A-Za-z0-9._-]{1,64}$/;
const ID = Symbol('request ID');
const IS_IN_ANSWER = Symbol('request ID is in the answer');

type Identified = IncomingMessage & { [ID]?: string; [IS_IN_ANSWER]?: true };

/**
 * The ID of a request: the caller's `X-Request-Id` if it has 1 to 64 characters of `A-Za-z0-9._-`, else a new UUID. The first call
 * also sets `X-Request-Id` on the answer; later calls return the same ID.
 */
export function requestIdOf(request: IncomingMessage, response: ServerResponse): string {
  const id = unansweredRequestId(request);
  if ((request as Identified)[IS_IN_ANSWER] === true) return id;
  (request as Identified)[IS_IN_ANSWER] = true;
  if (!response.headersSent) response.setHeader('X-Request-Id', id);
  return id;
}

/**
 * The same ID, for a handler that writes `X-Request-Id` itself, with the head of its answer: Node writes a head at once faster than one
 * that has headers already. `requestIdOf` has to be called when another handler is to answer after all.
 */
export function unansweredRequestId(request: IncomingMessage): string {
  const known = (request as Identified)[ID];
  if (known !== undefined) return known;
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && VALID.test(given) ? given : newRequestId();
  (request as Identified)[ID] = id;
  return id;
}

/** A new request ID. */
export function newRequestId(): string {
  return randomUUID();
}
