/** Parsed documents, kept by their text: bounded by the memory that they take, not by their number. */
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** The most that one cache keeps, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;
/** The approximate heap size of a document's node, without its location. */
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
