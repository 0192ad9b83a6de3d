/** Parsed documents, kept by their text: bounded by the memory that they take, not by their number. */
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** What one cache keeps at most, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;
/** What a node of a document takes on the heap without its location, roughly. */
const BYTES_A_NODE = 200;

/** A cache of documents. */
export type DocumentCache = LRUCache<string, DocumentNode>;

/** Makes a cache. */
export function documentCache(maxBytes = MAX_BYTES): DocumentCache {
  return new LRUCache<string, DocumentNode>({
    maxSize: maxBytes,
    sizeCalculation: (document, key) => 2 * key.length + documentBytes(document),
  });
}

function documentBytes(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + documentBytes(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, child]) => (key === 'kind' || key === 'loc' ? sum : sum + documentBytes(child)),
    BYTES_A_NODE,
  );
}
