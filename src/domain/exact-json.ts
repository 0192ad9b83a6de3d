/**
 * JSON whose numbers keep their digits. `JSON.parse` rounds `12345678901234567890` and turns `1.0` into `1`; here such a number
 * becomes what `JSON.rawJSON` makes, which `JSON.stringify` writes exactly as it was sent. Numbers that survive a round trip stay
 * numbers. `__proto__` is an ordinary key. Of a repeated key the last value counts, as in `JSON.parse`.
 */
import { randomUUID } from 'node:crypto';
import { isNestedDeeper } from './json-text.ts';

/** A part of `JSON` that Node 24 has and TypeScript's libraries do not declare yet. */
interface ExactJson {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
}

const json = JSON as unknown as ExactJson;

/** A string of a JSON text, or a number. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** Begins a string that stands for a number. Random, so that no text that is received can contain it. */
const MARK = `number ${randomUUID()} `;

/**
 * Parses JSON and keeps the digits of its numbers. Throws `SyntaxError` like `JSON.parse`, `RangeError` on extreme nesting.
 *
 * Without a reviver: on 64 KiB of numbers one takes 20 ms, which an unauthenticated sender could make us spend.
 */
export function parseExactJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!holdsNumber(value)) return value;
  let isExact = true;
  const marked = text.replace(STRING_OR_NUMBER, (token) => {
    if (token.startsWith('"') || String(Number(token)) === token) return token;
    isExact = false;
    return `"${MARK}${token}"`;
  });
  return isExact ? value : withNumbers(JSON.parse(marked));
}

/** Whether a parsed value is a number or holds one at any depth. */
export function holdsNumber(value: unknown): boolean {
  if (typeof value === 'number') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.some(holdsNumber) : Object.values(value).some(holdsNumber);
}

/**
 * Gives `target` an `extra` that is computed on first access: exact numbers cost 4 ms for 64 KiB, and a callback that says nothing
 * new never needs them, because unknown fields are not compared.
 */
export function defineExtra<Target extends object>(target: Target, read: () => unknown): Target {
  let extra: { readonly value: unknown } | null = null;
  return Object.defineProperty(target, 'extra', {
    enumerable: true,
    configurable: true,
    get: () => {
      extra ??= { value: read() };
      return extra.value;
    },
  });
}

/** Replaces the placeholder strings with their numbers. Changes `value`. */
function withNumbers(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? json.rawJSON(value.slice(MARK.length)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const holder = value as Record<string, unknown>;
  // Every key is an own property, so that even `__proto__` is set and sets no prototype.
  for (const key of Object.keys(holder)) {
    const one = holder[key];
    if (typeof one === 'string' || typeof one === 'object') holder[key] = withNumbers(one);
  }
  return value;
}

/** A copy of a parsed value that shares nothing that can be changed. Exact numbers are frozen, and stay what they are. */
export function copyJson<Value>(value: Value): Value {
  return copied(value) as Value;
}

function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || json.isRawJSON(value)) return value;
  if (Array.isArray(value)) return value.map(copied);
  const copy: Record<string, unknown> = { ...value };
  // As above: even `__proto__` is an own property.
  for (const [name, one] of Object.entries(copy)) if (typeof one === 'object') copy[name] = copied(one);
  return copy;
}

/** The deepest nesting that is recorded or served, in levels. */
export const MAX_NESTING = 500;

/**
 * Whether a value that was JSON is nested deeper than 500 levels.
 * @param text its text, if known: a level takes at least two characters, so short texts need no check.
 */
export function isTooDeep(value: unknown, text: string | null): boolean {
  if (text === null) return isDeeper(value, MAX_NESTING);
  return text.length > 2 * MAX_NESTING && isNestedDeeper(text, MAX_NESTING);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const below = (one: unknown) => isDeeper(one, levels - 1);
  return Array.isArray(value) ? value.some(below) : Object.values(value).some(below);
}
