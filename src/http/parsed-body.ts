/** Request bodies that the application's middleware has already read. */
import type { IncomingMessage } from 'node:http';

/**
 * The body as an earlier body parser left it: bytes, text or a parsed value; undefined when none has read it. `request.body` alone
 * proves nothing: Express 4's parsers set it to `{}` for content types that they don't read.
 */
export function parsedBody(request: IncomingMessage & { readonly body?: unknown }): unknown {
  return request.readableEnded ? request.body : undefined;
}
