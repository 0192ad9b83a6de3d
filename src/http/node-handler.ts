/** Plain `node:http` handlers, which every framework on Node can mount. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Node's request, with the properties that frameworks add. */
export type NodeRequest = IncomingMessage & {
  /** The body, if a body parser has read it. */
  body?: unknown;
  /** Set by Express and Connect: the URL before a mount took its prefix away. */
  readonly originalUrl?: string | undefined;
  /** Set by Express: the prefix that a mount took away. */
  readonly baseUrl?: string | undefined;
  readonly ip?: string | undefined;
};

/**
 * Answers a request, whatever its URL. `next`, where a framework gives one, is called with unexpected errors, and with requests that the
 * handler does not take; without it the handler answers them itself.
 */
export type NodeHandler = (request: NodeRequest, response: ServerResponse, next?: (error?: unknown) => void) => void;

/** What follows the path of the request's URL, with its question mark. */
export function searchOf({ originalUrl, url }: NodeRequest): string {
  const whole = originalUrl ?? url ?? '';
  const start = whole.indexOf('?');
  return start === -1 ? '' : whole.slice(start);
}
