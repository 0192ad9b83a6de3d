/** The JSON body of a GraphQL request, up to a limit. */
import type { Request } from 'express';
import { KycError } from '../errors.ts';
import { readBytes } from '../http/body.ts';

const FIRST_BYTE_OF_A_MARK = 0xef;

/** The request's body as JSON; undefined when it is none. Throws `TOO_LARGE` when it is over `maxBytes`. */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  if (request.body !== undefined) return request.body;
  const bytes = await readBytes(request, maxBytes);
  if (bytes === 'too large') throw new KycError('TOO_LARGE', `The request is over ${sizeText(maxBytes)}.`);
  try {
    return JSON.parse(decode(bytes));
  } catch {
    return undefined;
  }
}

function sizeText(bytes: number): string {
  return bytes % 1_024 === 0 ? `${bytes / 1_024} KiB` : `${bytes} bytes`;
}

/** Text in UTF-8, or in what its byte order mark says. */
function decode(bytes: Buffer): string {
  const [first = 0, second = 0] = bytes;
  if (first < FIRST_BYTE_OF_A_MARK) return bytes.toString();
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  return new TextDecoder().decode(bytes);
}
