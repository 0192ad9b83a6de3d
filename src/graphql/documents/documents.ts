/**
 * From what an operation names its document by to the text: `query` itself, the `documentId` of a trusted document, or the hash of an
 * automatically persisted query. The same over every transport, and before anything is parsed.
 */
import type { Logger } from 'pino';
import type { Viewer } from '../../access/viewer.ts';
import { KycError } from '../../errors.ts';
import type { MaybePromise } from '../../journal/maybe-promise.ts';
import { MAX_DOCUMENT_ID_LENGTH } from './manifest.ts';
import { isOwnDocument } from './own-documents.ts';
import { persistedHash, persistedQueries, persistedQueryNotFound } from './persisted-queries.ts';
import { sha256 } from './sha256.ts';
import { documentStore, guardedLookup, type LookUpDocument, type TrustedDocuments } from './trusted-documents.ts';

/** How a client names the document of an operation. Nothing of it is checked yet. */
export interface DocumentReference {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

/** The documents of one gateway. */
export interface Documents {
  /** Whether every viewer may send any text. */
  readonly areOpen: boolean;
  /**
   * The text to execute. Throws or rejects with a `KycError`: `DOCUMENT_NOT_FOUND`, `DOCUMENT_NOT_TRUSTED`, `PERSISTED_QUERY_NOT_FOUND`,
   * `DOCUMENTS_UNAVAILABLE`, `BAD_REQUEST`.
   */
  textOf(reference: DocumentReference, viewer: Viewer | null): MaybePromise<string>;
  /** Throws or rejects with `DOCUMENT_NOT_TRUSTED` for a text that the viewer may not send. Undefined: the text is not known. */
  checkTrusted(text: string | undefined, viewer: Viewer | null): MaybePromise<void>;
}

/** What documents are made from. */
export interface DocumentsOptions {
  /** Undefined: there are none, and every document is taken. */
  readonly trusted: TrustedDocuments | undefined;
  readonly maxTokens: number;
  readonly log: Logger;
}

/** Makes the documents of a gateway. Throws a `TypeError` when the trusted ones are no manifest and no store. */
export function createDocuments({ trusted, maxTokens, log }: DocumentsOptions): Documents {
  const lookUp = trusted === undefined ? null : guardedLookup(documentStore(trusted.documents), log);
  const persisted = persistedQueries();
  const only = trusted?.only === true;

  const checkTrusted: Documents['checkTrusted'] = (text, viewer) => {
    if (!only || viewer?.mayAdmin === true) return;
    if (text === undefined || lookUp === null) throw notTrusted();
    return then(lookUp(sha256(text)), (found) => {
      if (found !== text && !isOwnDocument(text, maxTokens)) throw notTrusted();
    });
  };
  const checked = (text: string, viewer: Viewer | null): MaybePromise<string> =>
    then(checkTrusted(text, viewer), () => text);

  return {
    areOpen: !only,
    checkTrusted,
    textOf({ query, documentId, extensions }, viewer) {
      const hash = persistedHash(extensions);
      // A client whose types demand a text sends an empty one beside an ID.
      const text = query === '' || query === null ? undefined : query;
      if (text !== undefined && typeof text !== 'string') {
        throw new KycError('BAD_REQUEST', 'The "query" must be a string.');
      }
      if (documentId !== undefined && documentId !== null) {
        if (text !== undefined || hash !== null) {
          throw new KycError('BAD_REQUEST', 'Send a "documentId" or a "query", not both.');
        }
        return then(findById(lookUp, checkedId(documentId)), (found) => {
          if (found !== null) return found;
          throw new KycError('DOCUMENT_NOT_FOUND', 'There is no trusted document with this ID.');
        });
      }
      if (text === undefined && hash === null) {
        throw new KycError('BAD_REQUEST', 'Send a "query", a "documentId", or a persisted query\'s hash.');
      }
      if (hash === null) return checked(text as string, viewer);
      if (text === undefined) {
        return then(findById(lookUp, hash), (found) => {
          const known = found ?? persisted.get(hash);
          if (known === undefined) throw persistedQueryNotFound();
          return found === null ? checked(known, viewer) : known;
        });
      }
      if (sha256(text) !== hash) throw new KycError('BAD_REQUEST', 'provided sha does not match query');
      return then(checkTrusted(text, viewer), () => {
        persisted.set(hash, text);
        return text;
      });
    },
  };
}

/** Clients write a SHA-256 with or without the prefix that GraphQL over HTTP gives it. */
const PREFIX = 'sha256:';

function findById(lookUp: LookUpDocument | null, id: string): MaybePromise<string | null> {
  if (lookUp === null || id.length > MAX_DOCUMENT_ID_LENGTH) return null;
  return then(lookUp(id), (found) => {
    if (found !== null) return found;
    return lookUp(id.startsWith(PREFIX) ? id.slice(PREFIX.length) : PREFIX + id);
  });
}

function checkedId(documentId: unknown): string {
  if (typeof documentId === 'string' && documentId !== '' && documentId.length <= MAX_DOCUMENT_ID_LENGTH) {
    return documentId;
  }
  throw new KycError('BAD_REQUEST', `"documentId" must be text of 1 to ${MAX_DOCUMENT_ID_LENGTH} characters.`);
}

function notTrusted(): KycError {
  return new KycError('DOCUMENT_NOT_TRUSTED', 'This server executes trusted documents only. Send the ID of one.');
}

/** Without a promise where there is none: most stores answer at once. */
function then<Value, Result>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
