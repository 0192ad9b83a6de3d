/**
 * JSON that a form parser (`express.urlencoded()`) took apart.
 *
 * XGateway does not document its content type. When JSON arrives as `application/x-www-form-urlencoded`, a form parser splits it at `&`
 * and `=` and decodes `+` to a space. The hash is base64, which has no spaces, so its `+` can be restored; elsewhere a `+` that was
 * decoded stays a space. JSON whose brackets the parser took for nested fields can't be restored.
 */

const FORM = /^\s*application\/x-www-form-urlencoded\b/i;
const HASH = /("hash"\s*:\s*")([^"]*)/g;

/** The JSON text that became the fields `parsed`; `lost` when it can't be restored; null when `parsed` is no such thing. */
export function restoreJson(parsed: unknown, contentType: string | undefined): string | 'lost' | null {
  if (contentType === undefined || !FORM.test(contentType) || typeof parsed !== 'object' || parsed === null)
    return null;
  const fields = Object.entries(parsed);
  if (!fields[0]?.[0].trimStart().startsWith('{')) return null;
  if (!fields.every(([, value]) => typeof value === 'string')) return 'lost';
  // A field without a value came without its `=`, unless that ends a text.
  const text = fields.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&');
  return text.replace(HASH, (_, before: string, hash: string) => before + hash.replaceAll(' ', '+'));
}
