/** Apollo Server's caches, bounded by the memory they take: its own hold up to 145 MB of documents. */
import type { DocumentNode } from 'graphql';
import type { LRUCache } from 'lru-cache';
import { documentCache } from './document-cache.ts';

/** Holds validated documents. */
export function apolloDocumentStore() {
  return keyValueCache<DocumentNode>(documentCache());
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
