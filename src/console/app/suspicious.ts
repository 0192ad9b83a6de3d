/** Characters that a reader cannot see, or takes for others. */

/** A part of a text, and what is remarkable about it. */
export type Part =
  | { readonly kind: 'plain'; readonly text: string }
  /** Cannot be seen, or moves what stands beside it, once or several times: shown by its code point. */
  | { readonly kind: 'invisible'; readonly text: string }
  /** Looks like an ASCII character, and is another one. */
  | { readonly kind: 'lookalike'; readonly text: string; readonly looksLike: string };

/** What needs no look: visible ASCII, with single spaces between words. */
const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
/** Controls, format characters, fillers and separators: nothing to see, or what stands beside them moves. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}\u2800]/u;
/** Joiners and the selector of emoji: prose in many languages needs them. */
const PROSE = new Set(['\n', '\t', '\u200c', '\u200d', '\ufe0f']);
const OTHER_SPACE = /^[\p{Zs}]$/u;
/** How many combining marks one character may carry before the others are shown by their number. */
const MOST_MARKS = 3;

/** Characters of other scripts that have the shape of an ASCII one. */
const SHAPES: Readonly<Record<string, string>> = {
  ...pairs('аеорсухіјѕԁһԛԝӏɡɩ', 'aeopcyxijsdhqwlgi'),
  ...pairs('АВЕЅІЈКМНОРСТУХҮԌԜ', 'ABESIJKMHOPCTYXYGW'),
  ...pairs('αοινυρτκγ', 'aoivuptky'),
  ...pairs('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'),
  ...pairs('օոսցհԼՕՍ', 'onughLOU'),
  ...pairs('ıȷɑǀƖ‐‑‒–—−⁄∕․‚', 'ijalI-----' + '-//.,'),
};

function pairs(from: string, to: string): Record<string, string> {
  return Object.fromEntries([...from].map((character, index) => [character, to[index] ?? '']));
}

/** Whether a text has nothing that a reader could overlook. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** The text in parts. Joined, they are the text. `lookalikes` is for identifiers: prose may use any script. */
export function partsOf(text: string, { lookalikes }: { readonly lookalikes: boolean }): readonly Part[] {
  if (text === '' || isPlain(text)) return [{ kind: 'plain', text }];
  const parts: Part[] = [];
  const characters = [...text];
  let plain = '';
  let marks = 0;
  const add = (part: Part): void => {
    const last = parts.at(-1);
    if (plain === '' && part.kind === 'invisible' && last?.kind === 'invisible' && last.text.startsWith(part.text)) {
      parts[parts.length - 1] = { kind: 'invisible', text: last.text + part.text };
      return;
    }
    if (plain !== '') parts.push({ kind: 'plain', text: plain });
    plain = '';
    parts.push(part);
  };
  for (const [index, character] of characters.entries()) {
    marks = /\p{M}/u.test(character) ? marks + 1 : 0;
    const looksLike = lookalikes ? shapeOf(character) : null;
    if (marks > MOST_MARKS || isInvisible(character, index, characters, lookalikes))
      add({ kind: 'invisible', text: character });
    else if (looksLike !== null) add({ kind: 'lookalike', text: character, looksLike });
    else plain += character;
  }
  if (plain !== '') parts.push({ kind: 'plain', text: plain });
  return parts;
}

function isInvisible(character: string, index: number, all: readonly string[], isId: boolean): boolean {
  // Prose has lines. In an identifier they are as invisible as a trailing space.
  if (!isId && PROSE.has(character)) return false;
  if (character === ' ') return isId && (index === 0 || index === all.length - 1 || all[index - 1] === ' ');
  return INVISIBLE.test(character) || (isId && OTHER_SPACE.test(character));
}

function shapeOf(character: string): string | null {
  if (character <= '\x7f') return null;
  const shape = SHAPES[character] ?? character.normalize('NFKC');
  return shape !== character && /^[\x21-\x7e]$/.test(shape) ? shape : null;
}

/** `U+200B`, or `U+200B ×3` for three of them. */
export function codePoint(characters: string): string {
  const code = `U+${(characters.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const { length } = [...characters];
  return length === 1 ? code : `${code} ×${length}`;
}
