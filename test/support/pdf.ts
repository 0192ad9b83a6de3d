/** The text of a PDF that Chromium has written, by the maps from glyphs to characters that its fonts carry: what a reader can copy. */
import { inflateSync } from 'node:zlib';

/** From the codes of a font, in hexadecimal, to text. */
interface FontMap {
  /** Hexadecimal digits of a code. */
  readonly width: number;
  readonly characters: ReadonlyMap<string, string>;
}

/** The text of each page in the order in which it is drawn. U+FFFD: a character that the machine has no glyph for. */
export function textOfPdf(pdf: Buffer): readonly string[] {
  const objects = new Map<string, string>();
  for (const [, id = '', object = ''] of pdf.toString('latin1').matchAll(/(\d+) 0 obj\r?\n(.*?)\r?\nendobj/gs))
    objects.set(id, object);
  const streamOf = (id: string): string => {
    const [, stream = ''] = /stream\r?\n(.*)\r?\nendstream/s.exec(objects.get(id) ?? '') ?? [];
    return inflateSync(Buffer.from(stream, 'latin1')).toString('latin1');
  };
  const fonts = new Map<string, FontMap>();
  const fontOf = (id: string): FontMap => {
    const [, map = ''] = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '') ?? [];
    const font = fonts.get(id) ?? fontMap(streamOf(map));
    fonts.set(id, font);
    return font;
  };
  const pagesBelow = (id: string): readonly string[] => {
    const object = objects.get(id) ?? '';
    const [, kids] = /\/Kids \[([^\]]*)\]/.exec(object) ?? [];
    if (kids === undefined) return [object];
    return [...kids.matchAll(/(\d+) 0 R/g)].flatMap(([, kid = '']) => pagesBelow(kid));
  };
  const [, root = ''] = /\/Pages (\d+) 0 R/.exec([...objects.values()].join('\n')) ?? [];
  return pagesBelow(root).map((page) => {
    const names = new Map([...page.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id = '']) => [name, id]));
    const [, contents = ''] = /\/Contents (\d+) 0 R/.exec(page) ?? [];
    return drawn(streamOf(contents), (name) => fontOf(names.get(name) ?? ''));
  });
}

/** What a page draws: strings in hexadecimal, alone or in lists with distances. */
function drawn(contents: string, fontOf: (name: string) => FontMap): string {
  let font: FontMap | null = null;
  let text = '';
  for (const [, name, list, single] of contents.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] *TJ|<([0-9A-Fa-f]+)> *Tj/g)) {
    if (name !== undefined) {
      font = fontOf(name);
      continue;
    }
    const strings = single === undefined ? [...(list ?? '').matchAll(/<([0-9A-Fa-f]+)>/g)] : [['', single]];
    for (const [, hex = ''] of strings) text += decoded(hex.toUpperCase(), font);
  }
  return text;
}

function decoded(hex: string, font: FontMap | null): string {
  if (font === null) throw new Error('Text is drawn before a font is chosen.');
  const codes = hex.match(new RegExp(`.{${font.width}}`, 'g')) ?? [];
  return codes.map((code) => font.characters.get(code) ?? '\ufffd').join('');
}

function fontMap(cmap: string): FontMap {
  const width = /begincodespacerange\s*<([0-9A-Fa-f]+)>/.exec(cmap)?.[1]?.length ?? 2;
  const characters = new Map<string, string>();
  const set = (code: number, text: string): void => {
    characters.set(code.toString(16).toUpperCase().padStart(width, '0'), text);
  };
  for (const [, lines = ''] of cmap.matchAll(/beginbfchar(.*?)endbfchar/gs))
    for (const [, code = '', text = ''] of lines.matchAll(/<(\w+)>\s*<(\w+)>/g))
      set(Number.parseInt(code, 16), utf16(text));
  for (const [, lines = ''] of cmap.matchAll(/beginbfrange(.*?)endbfrange/gs))
    for (const [, from = '', to = '', text = ''] of lines.matchAll(/<(\w+)>\s*<(\w+)>\s*<(\w+)>/g))
      for (
        let code = Number.parseInt(from, 16), next = Number.parseInt(text, 16);
        code <= Number.parseInt(to, 16);
        code++
      )
        set(code, utf16((next++).toString(16).padStart(text.length, '0')));
  return { width, characters };
}

function utf16(hex: string): string {
  return (hex.match(/.{4}/g) ?? []).map((unit) => String.fromCharCode(Number.parseInt(unit, 16))).join('');
}
