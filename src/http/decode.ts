/** From the bytes of a request to its text: a byte order mark decides, else the declared charset, else UTF-8. */

const utf8 = new TextDecoder('utf-8', { fatal: true });
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;
const UTF_16 = /^(utf-?16|ucs-?2|csunicode|unicode)/i;
const FIRST_BYTE_OF_A_MARK = 0xef;

/**
 * The text in `bytes`, without its byte order mark; null when the bytes are not well-formed in their encoding.
 *
 * The bytes outrank what `contentType` declares: UTF-16 is recognised by its mark or by the NUL beside the first character (JSON
 * starts with an ASCII character), and an unknown charset counts as UTF-8.
 * @param contentType the request's Content-Type header, if there is one.
 */
export function decodeText(bytes: Uint8Array, contentType?: string): string | null {
  try {
    return decoderOf(bytes, contentType).decode(bytes);
  } catch {
    return null;
  }
}

function decoderOf(bytes: Uint8Array, contentType: string | undefined): TextDecoder {
  // By index: iterating takes longer than decoding.
  const [first, second, third] = [bytes[0] ?? 1, bytes[1] ?? 1, bytes[2] ?? 1];
  if (first >= FIRST_BYTE_OF_A_MARK) {
    if (first === 0xef && second === 0xbb && third === 0xbf) return utf8;
    if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be', { fatal: true });
    if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le', { fatal: true });
  }
  if (first === 0) return new TextDecoder('utf-16be', { fatal: true });
  if (second === 0) return new TextDecoder('utf-16le', { fatal: true });
  const charset = contentType === undefined ? undefined : CHARSET.exec(contentType)?.[1];
  // Declared as UTF-16, but without a NUL: then it is not.
  return charset === undefined || UTF_16.test(charset) ? utf8 : declared(charset);
}

function declared(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return utf8;
  }
}
