/** Text from outside in a form that can't change how a terminal or an editor shows the lines around it. */

/** Control characters, and what is invisible or turns the reading direction. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const SIMPLE = /^[\w.@:+/-]+$/;

/** JSON with every such character escaped. `line` must be valid JSON; a line break at its end stays. */
export function escapeJsonLine(line: string): string {
  // Nearly every line is ASCII, in which JSON itself escapes what matters (except DEL).
  if (!/[^\n\x20-\x7e]/.test(line)) return line;
  return line.replace(UNSAFE, (character) => (character === '\n' ? character : escaped(character)));
}

/** Text as one word: unchanged if it has only A-Z, a-z, 0-9 and `_ . @ : + / -`, else as JSON with escapes. */
export function visibleWord(text: string): string {
  return SIMPLE.test(text) ? text : escapeJsonLine(JSON.stringify(text));
}

function escaped(character: string): string {
  let text = '';
  for (let index = 0; index < character.length; index++) {
    text += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return text;
}
