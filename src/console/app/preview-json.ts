/** JSON for people to read: indented, and cut where it is nested too deep or too long. */

const MAX_DEPTH = 10;
const MAX_ITEMS = 100;
const MAX_LENGTH = 20_000;
const CUT = '…';

/** The value as indented JSON. Beyond ten levels, 100 items of one list or object, or 20,000 characters there is an ellipsis. */
export function previewJson(value: unknown): string {
  const text = JSON.stringify(cut(value, 0), null, 2) ?? '';
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}${CUT}` : text;
}

function cut(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}${CUT}` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return CUT;
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => cut(item, depth + 1));
    return value.length > MAX_ITEMS ? [...items, `${CUT} ${value.length - MAX_ITEMS} more`] : items;
  }
  const fields = Object.entries(value);
  const shown = fields.slice(0, MAX_ITEMS).map(([name, one]) => [name, cut(one, depth + 1)] as const);
  if (fields.length > MAX_ITEMS) shown.push([CUT, `${fields.length - MAX_ITEMS} more`]);
  return Object.fromEntries(shown);
}
