/** The JSON body of a GraphQL request, in two steps: its bytes within a limit, and, once the sender is known, their content. */
import { readBytes } from '../http/body.ts';
import { decodeText } from '../http/decode.ts';
import { HttpError } from '../http/error-response.ts';
import { inflateBody, isCompressed } from '../http/inflate.ts';
import type { NodeRequest } from '../http/node-handler.ts';
import { parsedBody } from '../http/parsed-body.ts';
import type { MaybePromise } from '../journal/maybe-promise.ts';
import { counted } from '../text/counted.ts';

/** A body as it was received: bytes of which nothing has been decoded, or what a body parser of the application has left. */
export type ReceivedBody = { readonly bytes: Buffer } | { readonly parsed: unknown };

/** Receives a body. Rejects with `TOO_LARGE` when it is over `maxBytes`, and when the client disconnects in the middle. */
export async function receiveBody(request: NodeRequest, maxBytes: number): Promise<ReceivedBody> {
  const parsed = parsedBody(request);
  const body = parsed === undefined ? await readBytes(request, maxBytes) : parsed;
  if (body === 'too large' || (body instanceof Uint8Array && body.length > maxBytes)) throw tooLarge(maxBytes);
  return parsed === undefined ? { bytes: body as Buffer } : { parsed };
}

/**
 * What a received body says as JSON, whichever body parser of the application has read it; undefined if it is not JSON. gzip and deflate
 * are inflated up to `maxBytes`; another encoding is an `HttpError` `UNSUPPORTED_ENCODING`.
 */
export function parseBody(body: ReceivedBody, { headers }: NodeRequest, maxBytes: number): MaybePromise<unknown> {
  const type = headers['content-type'];
  if ('bytes' in body) {
    const encoding = headers['content-encoding'];
    return isCompressed(encoding)
      ? parseCompressed(body.bytes, { encoding, type, maxBytes })
      : parseJson(decodeText(body.bytes, type));
  }
  const { parsed } = body;
  if (parsed instanceof Uint8Array) return parseJson(decodeText(parsed, type));
  return typeof parsed === 'string' ? parseJson(parsed) : parsed;
}

async function parseCompressed(
  bytes: Buffer,
  { encoding, type, maxBytes }: { encoding: string; type: string | undefined; maxBytes: number },
): Promise<unknown> {
  const inflated = await inflateBody(bytes, encoding, maxBytes);
  switch (inflated) {
    case 'too large':
      throw tooLarge(maxBytes);
    case 'unsupported':
      throw new HttpError('UNSUPPORTED_ENCODING', 'The body has a Content-Encoding other than gzip and deflate.');
    case 'malformed':
      return undefined;
    default:
      return parseJson(decodeText(inflated, type));
  }
}

function parseJson(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError('TOO_LARGE', `The request is over ${sizeText(maxBytes)}.`);
}

function sizeText(bytes: number): string {
  return bytes % 1_024 === 0 ? `${bytes / 1_024} KiB` : counted(bytes, 'byte');
}
