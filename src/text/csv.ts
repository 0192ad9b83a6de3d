/** Comma-separated values, which spreadsheets open. */

/** A cell, as RFC 4180 has it. Null is empty; lists and objects are JSON; what a spreadsheet would take for a formula is quoted. */
export function csvCell(value: unknown): string {
  if (value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const harmless = typeof value !== 'number' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
