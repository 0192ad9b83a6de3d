/** Request bodies that a middleware of the application has read already. */
import type { IncomingMessage } from 'node:http';

/**
 * What a body parser in front has made of the body: bytes, text or a parsed value; undefined when none has read it. `request.body` alone
 * proves nothing: Express 4's parsers set it to `{}` for content types that they don't read.
 */
export function parsedBody(request: IncomingMessage & { readonly body?: unknown }): unknown {
  return request.readableEnded ? request.body : undefined;
}
