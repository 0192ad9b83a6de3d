/**
 * JSON that is nested deeper than can be written again: `JSON.parse` reads any depth, but `JSON.stringify`, and everything else that
 * calls itself for each level, overflows the stack after some thousand. Nothing here calls itself.
 */

/** The text of a JSON object without its member `name`, as sent otherwise. The text must be valid JSON. */
export function withoutMember(text: string, name: string): string {
  const start = text.indexOf('{') + 1;
  const kept = membersOf(text, start).filter((member) => nameOf(member) !== name);
  return `{${kept.join(',')}}`;
}

/** The members of the object whose content begins at `start`, each with its name. */
function membersOf(text: string, start: number): string[] {
  const members: string[] = [];
  let [depth, from] = [0, start];
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') depth++;
    else if (depth > 0 && (character === '}' || character === ']')) depth--;
    else if (depth === 0 && (character === ',' || character === '}')) {
      members.push(text.slice(from, at));
      from = at + 1;
      if (character === '}') break;
    }
  }
  return members;
}

/** Where the string ends that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** The name of a member; names may be written with escapes. */
function nameOf(member: string): string | null {
  const start = member.indexOf('"');
  return start === -1 ? null : (JSON.parse(member.slice(start, endOfString(member, start) + 1)) as string);
}

/** What is left to write: text as it is, or a value. */
type Task = { readonly text: string } | { readonly value: unknown };

/** A value that was JSON, of any depth, as JSON. */
export function writeDeepJson(value: unknown): string {
  const written: string[] = [];
  const tasks: Task[] = [{ value }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    if ('text' in task) written.push(task.text);
    else if (typeof task.value !== 'object' || task.value === null) written.push(JSON.stringify(task.value));
    else tasks.push(...partsOf(task.value).reverse());
  }
  return written.join('');
}

function partsOf(value: object): Task[] {
  const isList = Array.isArray(value);
  const parts: Task[] = [{ text: isList ? '[' : '{' }];
  for (const [name, item] of Object.entries(value)) {
    if (parts.length > 1) parts.push({ text: ',' });
    if (!isList) parts.push({ text: `${JSON.stringify(name)}:` });
    parts.push({ value: item });
  }
  parts.push({ text: isList ? ']' : '}' });
  return parts;
}
