import { expect, test } from 'vitest';
import { decodeText } from '../../src/http/decode.ts';

const TEXT = '{"a":"é ü ß"}';
const utf16be = Buffer.from(TEXT, 'utf16le').swap16();
const utf16le = Buffer.from(TEXT, 'utf16le');
const latin1 = Buffer.from(TEXT, 'latin1');
const utf8 = Buffer.from(TEXT);
const marked = (mark: number[], bytes: Buffer) => Buffer.concat([Buffer.from(mark), bytes]);

test.each<[name: string, bytes: Buffer, contentType: string | undefined]>([
  ['UTF-8', utf8, undefined],
  ['UTF-8 with a byte order mark', marked([0xef, 0xbb, 0xbf], utf8), undefined],
  ['UTF-8 with a mark, declared as Latin-1: the mark wins', marked([0xef, 0xbb, 0xbf], utf8), 'a/b; charset=latin1'],
  ['UTF-16LE with a mark', marked([0xff, 0xfe], utf16le), 'application/json; charset=utf-8'],
  ['UTF-16BE with a mark', marked([0xfe, 0xff], utf16be), undefined],
  ['UTF-16LE, declared', utf16le, 'application/json; charset=utf-16le'],
  ['UTF-16BE, declared', utf16be, 'application/json;charset="UTF-16BE"'],
  ['UTF-16 of either order, declared without one', utf16be, 'application/json; charset=utf-16'],
  ['UTF-16 that nobody declared', utf16le, undefined],
  ['Latin-1', latin1, 'text/plain; charset=ISO-8859-1'],
  ['Latin-1 by its other name', latin1, 'text/plain; x=y; charset = latin1'],
  ['UTF-8 that is declared as UTF-16', utf8, 'application/json; charset=utf-16'],
  ['UTF-8 with a charset that does not exist', utf8, 'application/json; charset=utf8mb4'],
])('%s', (_name, bytes, contentType) => {
  expect(decodeText(bytes, contentType)).toBe(TEXT);
});

test('bytes that are not well-formed in their encoding are no text', () => {
  expect(decodeText(Buffer.from([0x22, 0xff, 0x22]))).toBeNull();
  expect(decodeText(Buffer.from([0xff, 0xfe, 0x00]))).toBeNull();
  expect(decodeText(Buffer.alloc(0))).toBe('');
});
