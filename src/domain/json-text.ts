/** What JSON text reveals without being parsed, in one pass over its characters. The text must be valid JSON. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACE = 0x7d;
const CLOSING_BRACKET = 0x5d;
const COMMA = 0x2c;

/** Whether the text is nested deeper than so many levels. */
export function isNestedDeeper(text: string, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === OPENING_BRACE || character === OPENING_BRACKET) {
      if (++depth > levels) return true;
    } else if (character === CLOSING_BRACE || character === CLOSING_BRACKET) depth--;
  }
  return false;
}

/** The members of a JSON object as they stand in its text, each with its name. */
export function membersOf(text: string): string[] {
  const members: string[] = [];
  let from = text.indexOf('{') + 1;
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === OPENING_BRACE || character === OPENING_BRACKET) depth++;
    else if (depth > 0) {
      if (character === CLOSING_BRACE || character === CLOSING_BRACKET) depth--;
    } else if (character === COMMA || character === CLOSING_BRACE) {
      members.push(text.slice(from, at));
      from = at + 1;
      if (character === CLOSING_BRACE) break;
    }
  }
  return members;
}

/** The name of a member; null for the blank between the braces of an empty object. Names may be written with escapes. */
export function nameOf(member: string): string | null {
  const start = member.indexOf('"');
  return start === -1 ? null : (JSON.parse(member.slice(start, endOfString(member, start) + 1)) as string);
}

/** The end of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const end = text.indexOf('"', from);
    if (end === -1) return text.length;
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
    from = end + 1;
  }
}
