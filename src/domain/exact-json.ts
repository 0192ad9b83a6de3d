/**
 * JSON whose numbers keep their digits. `JSON.parse` rounds `12345678901234567890` and turns `1.0` into `1`; here such a number
 * becomes what `JSON.rawJSON` makes, which `JSON.stringify` writes exactly as it was sent. Numbers that survive a round trip stay
 * numbers. `__proto__` is an ordinary key. Of a repeated key the last value counts, as in `JSON.parse`.
 */

interface ReviverContext {
  /** The text of a primitive value; absent for objects and arrays. */
  readonly source?: string;
}

/** The parts of `JSON` that Node 24 has and TypeScript's libraries do not describe yet. */
interface ExactJson {
  rawJSON(text: string): object;
  parse(text: string, reviver: (key: string, value: unknown, context: ReviverContext) => unknown): unknown;
}

const json = JSON as unknown as ExactJson;

/** Parses JSON and keeps the digits of its numbers. Throws `SyntaxError` like `JSON.parse`, `RangeError` on extreme nesting. */
export function parseExactJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // A reviver makes parsing several times slower.
  return holdsNumber(value) ? json.parse(text, keepDigits) : value;
}

/** Whether a parsed value is a number or holds one at any depth. */
export function holdsNumber(value: unknown): boolean {
  if (typeof value === 'number') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsNumber);
}

function keepDigits(_key: string, value: unknown, { source }: ReviverContext): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? json.rawJSON(source) : value;
}
