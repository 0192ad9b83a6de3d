/** From a request to the JSON object in its body, even where a body parser of the application has read it first. */
import type { IncomingMessage } from 'node:http';
import { readBytes } from '../http/body.ts';
import { decodeText } from '../http/decode.ts';
import { inflateBody, isCompressed } from '../http/inflate.ts';
import { parsedBody } from '../http/parsed-body.ts';
import { restoreJson } from './form-body.ts';

/** The largest callback that is read, in bytes, before inflating and after. */
export const MAX_CALLBACK_BYTES = 64 * 1024;

/** The body of a callback. */
export type CallbackBody =
  /** `text`: the JSON as sent; null if a body parser kept only the parsed value. */
  | { readonly kind: 'object'; readonly value: Record<string, unknown>; readonly text: string | null }
  /** Not a JSON object. `text`: what was sent, as far as it can be shown. */
  | { readonly kind: 'not JSON'; readonly text: string }
  | { readonly kind: 'too large' }
  /** A `Content-Encoding` other than gzip and deflate. */
  | { readonly kind: 'unsupported encoding' };

/** What is kept instead of a body that can't be restored. */
const LOST =
  'A form parser has already parsed this JSON. Mount the callbacks before express.urlencoded({ extended: true }).';

const TOO_LARGE = { kind: 'too large' } as const;

/** Reads the body. Rejects when the client disconnects in the middle. */
export async function readCallbackBody(request: IncomingMessage): Promise<CallbackBody> {
  const parsed = parsedBody(request);
  if (parsed !== undefined) return fromParsed(parsed, request);
  const bytes = await readBytes(request, MAX_CALLBACK_BYTES);
  if (bytes === 'too large') return TOO_LARGE;
  const encoding = request.headers['content-encoding'];
  if (!isCompressed(encoding)) return fromBytes(bytes, request);
  const inflated = await inflateBody(bytes, encoding, MAX_CALLBACK_BYTES);
  if (inflated === 'too large') return TOO_LARGE;
  if (inflated === 'unsupported') return { kind: 'unsupported encoding' };
  return inflated === 'malformed' ? { kind: 'not JSON', text: bytes.toString() } : fromBytes(inflated, request);
}

function fromParsed(parsed: unknown, request: IncomingMessage): CallbackBody {
  if (Number(request.headers['content-length']) > MAX_CALLBACK_BYTES) return TOO_LARGE;
  if (parsed instanceof Uint8Array) return parsed.length > MAX_CALLBACK_BYTES ? TOO_LARGE : fromBytes(parsed, request);
  if (typeof parsed === 'string') {
    return Buffer.byteLength(parsed) > MAX_CALLBACK_BYTES ? TOO_LARGE : fromText(parsed.replace(/^\ufeff/, ''));
  }
  const restored = restoreJson(parsed, request.headers['content-type']);
  if (restored === 'lost') return { kind: 'not JSON', text: LOST };
  if (restored !== null) return fromText(restored);
  const value = asJsonObject(parsed);
  return value === null ? { kind: 'not JSON', text: '' } : { kind: 'object', value, text: null };
}

function fromBytes(bytes: Uint8Array, request: IncomingMessage): CallbackBody {
  const text = decodeText(bytes, request.headers['content-type']);
  return text === null ? { kind: 'not JSON', text: Buffer.from(bytes).toString() } : fromText(text);
}

function fromText(text: string): CallbackBody {
  const value = parseJsonObject(text);
  return value === null ? { kind: 'not JSON', text } : { kind: 'object', value, text };
}

/** The JSON object in `text`; null if it is not one. */
function parseJsonObject(text: string): Record<string, unknown> | null {
  try {
    return asJsonObject(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A parsed JSON value as an object; null if it is not one. */
function asJsonObject(value: unknown): Record<string, unknown> | null {
  return typeof value !== 'object' || value === null || Array.isArray(value)
    ? null
    : (value as Record<string, unknown>);
}
