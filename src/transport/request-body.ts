/** The JSON body of a GraphQL request, up to a limit. */
import type { Request } from 'express';
import { KycError } from '../errors.ts';
import { readBytes } from '../http/body.ts';
import { decodeText } from '../http/decode.ts';
import { parsedBody } from '../http/parsed-body.ts';

/**
 * The request's body as JSON, whichever body parser of the application has read it; undefined when it is none. Throws `TOO_LARGE` when
 * it is over `maxBytes`.
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const parsed = parsedBody(request);
  if (typeof parsed === 'string') return parseJson(parsed);
  if (parsed !== undefined && !(parsed instanceof Uint8Array)) return parsed;
  const bytes = parsed ?? (await readBytes(request, maxBytes));
  if (bytes === 'too large' || bytes.length > maxBytes) {
    throw new KycError('TOO_LARGE', `The request is over ${sizeText(maxBytes)}.`);
  }
  return parseJson(decodeText(bytes, request.headers['content-type']));
}

function parseJson(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

function sizeText(bytes: number): string {
  return bytes % 1_024 === 0 ? `${bytes / 1_024} KiB` : `${bytes} bytes`;
}
