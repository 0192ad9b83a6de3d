/**
 * Spares Apollo Server a hash: it finds each request's document by the SHA-256 of its text, which takes as long as executing a small query.
 *
 * A request that names its document by a hash is not hashed again (processGraphQLRequest in requestPipeline.js of Apollo Server 5). So our own
 * Apollo Server is told that the text itself is the hash: it asks the cache below for the text, and its document store finds the
 * document by it. Clients' hashes never get here: the handler has replaced them by their text (transport/document-request.ts).
 * test/graphql/apollo.test.ts fails when Apollo Server hashes again.
 */
import type { GraphQLRequest } from '@apollo/server';

/** Names the request's document by its text, where nothing else names it. */
export function keyByText(request: GraphQLRequest): void {
  const { query, extensions } = request;
  if (typeof query !== 'string' || query === '' || extensions?.['persistedQuery'] !== undefined) return;
  const persistedQuery = { version: 1, sha256Hash: query };
  const named: { query?: unknown; extensions?: object } = request;
  named.query = undefined;
  named.extensions = extensions === undefined ? { persistedQuery } : { ...extensions, persistedQuery };
}

/** What Apollo Server puts before a hash. */
const PREFIX = 'apq:';

/** The cache of persisted queries in which each text is its own key. */
export const TEXT_BY_TEXT = {
  get: (key: string) => Promise.resolve(key.slice(PREFIX.length)),
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(true),
};
