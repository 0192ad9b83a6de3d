/** Request IDs: one name for a request in its answer, in the log and in the journal. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const VALID = /^[A-Za-z0-9._-]{1,64}$/;
const ID = Symbol('request ID');

type Identified = IncomingMessage & { [ID]?: string };

/**
 * The ID of a request: the caller's `X-Request-Id` if it has 1 to 64 characters of `A-Za-z0-9._-`, else a new UUID. The first call
 * also sets `X-Request-Id` on the answer; later calls return the same ID.
 */
export function requestIdOf(request: IncomingMessage, response: ServerResponse): string {
  const known = (request as Identified)[ID];
  if (known !== undefined) return known;
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && VALID.test(given) ? given : newRequestId();
  (request as Identified)[ID] = id;
  if (!response.headersSent) response.setHeader('X-Request-Id', id);
  return id;
}

/** A new request ID. */
export function newRequestId(): string {
  return randomUUID();
}
