/** An HTTP request for Apollo Server, with the text of its document in place of an ID or a hash. */
import type { Viewer } from '../access/viewer.ts';
import { KycError } from '../errors.ts';
import type { Documents } from '../graphql/documents/documents.ts';
import { type NodeRequest, searchOf } from '../http/node-handler.ts';
import type { MaybePromise } from '../journal/maybe-promise.ts';
import { readSearch } from './streams/operation-request.ts';

/** The parts of a request that are executed. */
export interface GraphqlRequest {
  /** Of a POST, parsed. */
  readonly body: unknown;
  /** Of a GET, with its question mark. */
  readonly search: string;
}

/**
 * Looks the request's document up. A request that brings a text which everyone may send, or that is none of GraphQL, comes back as it
 * is: Apollo Server says what is wrong with it.
 */
export function withDocument(
  request: NodeRequest,
  body: unknown,
  viewer: Viewer | null,
  documents: Documents,
): MaybePromise<GraphqlRequest> {
  const search = searchOf(request);
  if (request.method === 'GET') {
    if (documents.areOpen && !/documentId|extensions/.test(search)) return { body, search };
    return inSearch(request, new URLSearchParams(search), (given) => documents.textOf(given, viewer));
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { body, search };
  const { documentId, extensions } = body as Record<string, unknown>;
  if (documents.areOpen && documentId == null && extensions == null) return { body, search };
  const text = documents.textOf(body, viewer);
  const changed = (query: string): GraphqlRequest => ({
    body: { ...body, query, documentId: undefined, extensions: withoutHash(extensions) },
    search,
  });
  return text instanceof Promise ? text.then(changed) : changed(text);
}

/** Parameters that decide what is executed: given twice, two readers could take different ones. */
const ONCE = ['query', 'documentId', 'extensions', 'operationName', 'variables'] as const;

function inSearch(
  request: NodeRequest,
  search: URLSearchParams,
  textOf: (given: object) => MaybePromise<string>,
): MaybePromise<GraphqlRequest> {
  const twice = ONCE.find((name) => search.getAll(name).length > 1);
  if (twice !== undefined) throw new KycError('BAD_REQUEST', `The parameter "${twice}" may be given once.`);
  const text = textOf(readSearch(request));
  const changed = (query: string): GraphqlRequest => {
    search.set('query', query);
    search.delete('documentId');
    search.delete('extensions');
    return { body: undefined, search: `?${search}` };
  };
  return text instanceof Promise ? text.then(changed) : changed(text);
}

/** Apollo Server would look the hash up itself. */
function withoutHash(extensions: unknown): unknown {
  if (typeof extensions !== 'object' || extensions === null) return extensions ?? null;
  const { persistedQuery: _, ...others } = extensions as Record<string, unknown>;
  return others;
}
