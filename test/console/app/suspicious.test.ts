import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codePoint, partsOf } from '../../../src/console/app/suspicious.ts';

const seen = (text: string, lookalikes = true) =>
  partsOf(text, { lookalikes })
    .map((part) => (part.kind === 'plain' ? part.text : part.kind === 'invisible' ? '□' : `<${part.looksLike}>`))
    .join('');

test('what cannot be seen, and what looks like ASCII, is marked in an identifier', () => {
  for (const [text, expected] of [
    ['customer-1', 'customer-1'],
    ['two words', 'two words'],
    [' a', '□a'],
    ['a ', 'a□'],
    ['a  b', 'a □b'],
    ['a\u00a0b', 'a□b'],
    ['a\u200bb', 'a□b'],
    ['\u202egnp.exe', '□gnp.exe'],
    ['\u2066x\u2069', '□x□'],
    ['a\u3164', 'a□'],
    ['a\u00ad', 'a□'],
    ['a\ufe0f', 'a□'],
    ['a\u{e0041}', 'a□'],
    ['a\nb', 'a□b'],
    ['p\u0430ypal', 'p<a>ypal'],
    ['\u0391BC', '<A>BC'],
    ['\uff21', '<A>'],
    ['\u{1d400}', '<A>'],
    ['10\u2013', '10<->'],
    ['é', 'é'],
    ['中文', '中文'],
    ['مرحبا', 'مرحبا'],
    [`a${'\u0301'.repeat(5)}`, `a${'\u0301'.repeat(3)}□`],
  ] as const) {
    expect(seen(text)).toBe(expected);
  }
  expect(partsOf('a\u200b\u200b', { lookalikes: true }).map(({ text }) => codePoint(text))).toEqual([
    'U+0061',
    'U+200B ×2',
  ]);
  expect(seen('Он сказал:\n\tда 👨‍👩‍👧', false)).toBe('Он сказал:\n\tда 👨‍👩‍👧');
  expect(seen('a\u202eb', false)).toBe('a□b');
});

test('the parts of any text are the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, lookalikes) => {
      const joined = partsOf(text, { lookalikes }).map((part) => part.text);
      expect(joined.join('')).toBe(text);
    }),
  );
});
