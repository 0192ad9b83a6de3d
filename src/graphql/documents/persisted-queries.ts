/**
 * Automatically persisted queries (https://www.apollographql.com/docs/apollo-server/performance/apq): a client sends the SHA-256 of a
 * document it has sent before, over any transport.
 */
import { LRUCache } from 'lru-cache';
import { KycError } from '../../errors.ts';

/** What the texts of automatically persisted queries may take, in bytes. */
const MAX_BYTES = 1024 * 1024;

/** The texts by their hash, bounded by the memory that they take. */
export type PersistedQueries = LRUCache<string, string>;

/** Makes the cache. */
export function persistedQueries(): PersistedQueries {
  return new LRUCache<string, string>({
    maxSize: MAX_BYTES,
    sizeCalculation: (text, key) => 2 * (text.length + key.length),
  });
}

/** The hash in an operation's `extensions.persistedQuery`; null without one. Throws `BAD_REQUEST` for what is not version 1. */
export function persistedHash(extensions: unknown): string | null {
  if (typeof extensions !== 'object' || extensions === null) return null;
  const { persistedQuery } = extensions as { readonly persistedQuery?: unknown };
  // As Apollo Server takes it: null, false and 0 are none.
  if (!persistedQuery) return null;
  const { version, sha256Hash } = persistedQuery as { readonly version?: unknown; readonly sha256Hash?: unknown };
  if (version !== 1) throw new KycError('BAD_REQUEST', 'Unsupported persisted query version');
  if (typeof sha256Hash === 'string' && sha256Hash !== '') return sha256Hash;
  throw new KycError('BAD_REQUEST', '"persistedQuery.sha256Hash" must be a string.');
}

/** The error that makes clients send the whole text: they look at its message or at its code. */
export function persistedQueryNotFound(): KycError {
  return new KycError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
}
