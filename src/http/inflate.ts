/** Compressed request bodies. */
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';

const [gunzipBytes, inflateBytes, inflateRawBytes] = [gunzip, inflate, inflateRaw].map((each) => promisify(each)) as [
  Inflate,
  Inflate,
  Inflate,
];
type Inflate = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

/** Why a body can't be inflated. */
export type InflateFailure = 'too large' | 'malformed' | 'unsupported';

/** Whether a `Content-Encoding` says that the body is compressed. */
export function isCompressed(encoding: string | undefined): encoding is string {
  return encoding !== undefined && encoding !== '' && encoding.trim().toLowerCase() !== 'identity';
}

/**
 * Inflates a body of the encoding `gzip` or `deflate` (with zlib's header or without, as both are sent). Stops as soon as the
 * output exceeds `limit` bytes, so that a small body can't claim much memory or time.
 */
export async function inflateBody(bytes: Buffer, encoding: string, limit: number): Promise<Buffer | InflateFailure> {
  const run = inflaterOf(encoding.trim().toLowerCase(), bytes);
  if (run === null) return 'unsupported';
  try {
    return await run(bytes, { maxOutputLength: limit });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : 'malformed';
  }
}

function inflaterOf(encoding: string, bytes: Buffer): Inflate | null {
  if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipBytes;
  if (encoding !== 'deflate') return null;
  const [first = 0, second = 0] = bytes;
  const hasHeader = (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
  return hasHeader ? inflateBytes : inflateRawBytes;
}
