/**
 * JSON that is nested too deeply to be serialised again: `JSON.parse` reads any depth, but `JSON.stringify`, and everything else that
 * recurses, overflows the stack after some thousand levels. Nothing here recurses.
 */
import { membersOf, nameOf } from '../domain/json-text.ts';

/** The text of a JSON object without its members `name`, as sent otherwise. The text must be valid JSON. */
export function withoutMember(text: string, name: string): string {
  const kept = membersOf(text).filter((member) => nameOf(member) !== name);
  return `{${kept.join(',')}}`;
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
