/**
 * The IDs of objects in a client's cache. Imported by both sides: the gateway serves them as `id`, and the cache policies make the
 * same from a `customerId`. To everyone else they are opaque.
 */

/** What an ID names: a type, and what distinguishes its objects. */
export type GlobalIdText = `Kyc:${string}` | `Kyc@${number}:${string}` | `KycUpdate:${number}:${string}`;

/** The ID of what `text` names: base64url of its UTF-8. */
export function globalId(text: GlobalIdText): string {
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
