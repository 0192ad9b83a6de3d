/** Manifests of documents: what build tools write. */

const APOLLO = 'apollo-persisted-query-manifest';

/** The longest ID of a document, in characters. */
export const MAX_DOCUMENT_ID_LENGTH = 256;

/**
 * The documents of a manifest, by ID: `{"<id>": "<text>"}` (Relay; the client preset of GraphQL Code Generator), or Apollo's persisted
 * query manifest. Throws a `TypeError` that says what is wrong. The documents are not parsed: clients may be newer than this schema.
 */
export function documentsIn(manifest: unknown): ReadonlyMap<string, string> {
  if (!isObject(manifest)) throw new TypeError('A manifest of trusted documents is a JSON object.');
  const documents = new Map<string, string>();
  for (const [id, text] of 'format' in manifest && isApollo(manifest)
    ? apolloEntries(manifest)
    : Object.entries(manifest)) {
    if (typeof id !== 'string' || id === '' || id.length > MAX_DOCUMENT_ID_LENGTH) {
      throw new TypeError(
        `A document's ID must be text of 1 to ${MAX_DOCUMENT_ID_LENGTH} characters, not ${shown(id)}.`,
      );
    }
    if (typeof text !== 'string' || text.trim() === '') {
      throw new TypeError(`The document ${shown(id)} is not text. Expected {"<id>": "<text>"} or Apollo's manifest.`);
    }
    if ((documents.get(id) ?? text) !== text) throw new TypeError(`The ID ${shown(id)} stands for two documents.`);
    documents.set(id, text);
  }
  return documents;
}

function isApollo({ format, version }: Readonly<Record<string, unknown>>): boolean {
  if (format !== APOLLO) return false;
  if (version === 1) return true;
  throw new TypeError(`The manifest has version ${shown(version)} of Apollo's format. Supported is version 1.`);
}

/** Apollo names each operation's text `body`. */
function apolloEntries({ operations }: Readonly<Record<string, unknown>>): readonly [unknown, unknown][] {
  if (!Array.isArray(operations))
    throw new TypeError('The manifest has no "operations". Apollo writes a list of them.');
  return operations.map((operation: unknown) =>
    isObject(operation) ? [operation['id'], operation['body']] : [undefined, undefined],
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return String(JSON.stringify(value) ?? value).slice(0, 80);
}
