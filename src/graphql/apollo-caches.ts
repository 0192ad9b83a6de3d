/** Apollo Server's caches, bounded by the memory they take: its own hold up to 145 MB of documents. */
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { documentCache } from './document-cache.ts';

/** The limit for the texts of automatically persisted queries, in bytes. */
const MAX_QUERY_BYTES = 1024 * 1024;

/** Holds validated documents. */
export function apolloDocumentStore() {
  return keyValueCache<DocumentNode>(documentCache());
}

/** Holds the texts of automatically persisted queries. */
export function apolloQueryCache() {
  return keyValueCache<string>(
    new LRUCache<string, string>({
      maxSize: MAX_QUERY_BYTES,
      sizeCalculation: (text, key) => 2 * (text.length + key.length),
    }),
  );
}

/** An LRU cache as Apollo Server wants it. */
function keyValueCache<Value extends object | string>(cache: LRUCache<string, Value>) {
  return {
    get: async (key: string) => cache.get(key),
    set: async (key: string, value: Value) => {
      cache.set(key, value);
    },
    delete: async (key: string) => cache.delete(key),
  };
}
