/** Trusted documents: operations that were registered beforehand, by ID. */
import type { Logger } from 'pino';
import { KycError } from '../../errors.ts';
import type { MaybePromise } from '../../journal/maybe-promise.ts';
import { documentsIn } from './manifest.ts';
import { sha256 } from './sha256.ts';

/** Where documents are looked up. It may be asked for any ID that a client sends, of at most 256 characters. */
export interface TrustedDocumentStore {
  /**
   * The text of the document with this ID; null or undefined when there is none. A promise has 5 seconds, and at most 1,000 are awaited at
   * once; beyond either, and when it throws, the operation is answered `DOCUMENTS_UNAVAILABLE`. Answers are not cached.
   */
  get(id: string): MaybePromise<string | null | undefined>;
}

/** The trusted documents of a gateway. */
export interface TrustedDocuments {
  /**
   * The documents: a manifest (`{"<id>": "<text>"}` as the client preset of GraphQL Code Generator and Relay write it, or Apollo's persisted
   * query manifest), a `Map` of the same, or a store of yours.
   */
  readonly documents: TrustedDocumentStore | ReadonlyMap<string, string> | Readonly<Record<string, unknown>>;
  /**
   * Refuse every other document with `DOCUMENT_NOT_TRUSTED`. Exempt are tokens with `kyc:admin`, and what this package's own client and
   * console send. Default false.
   */
  readonly only?: boolean | undefined;
}

/** How long a store may take, in milliseconds. */
const DEADLINE_MS = 5_000;
/** How many answers of a store are awaited at once. */
const MAX_IN_FLIGHT = 1_000;

/** Looks up the text of a document; null when there is none. */
export type LookUpDocument = (id: string) => MaybePromise<string | null>;

/** The documents as a store: a manifest's are also found by the SHA-256 of their text. Throws a `TypeError` for what is no manifest. */
export function documentStore(documents: TrustedDocuments['documents']): TrustedDocumentStore {
  if (isStore(documents)) return documents;
  return new Map(withHashes(documents instanceof Map ? documents : documentsIn(documents)));
}

/** Documents by ID, and by the SHA-256 of their text where that is another ID. */
export function* withHashes(documents: ReadonlyMap<string, string>): Generator<[id: string, text: string]> {
  for (const [, text] of documents) yield [sha256(text), text];
  // An ID wins over a hash.
  yield* documents;
}

/** A lookup in a store that may be the owner's: it may throw, hang, or answer with something else. */
export function guardedLookup(store: TrustedDocumentStore, log: Logger): LookUpDocument {
  let inFlight = 0;
  const failed = (cause: unknown): KycError => {
    log.error({ err: cause }, 'Cannot look up a trusted document; the operation is answered DOCUMENTS_UNAVAILABLE');
    return new KycError('DOCUMENTS_UNAVAILABLE', 'Trusted documents cannot be looked up at the moment. Try again.', {
      cause,
    });
  };
  const checked = (found: unknown): string | null => {
    if (found === null || found === undefined) return null;
    if (typeof found === 'string') return found;
    throw failed(new TypeError(`trustedDocuments.get gave a ${typeof found}, not the text of a document.`));
  };
  const withinDeadline = async (pending: PromiseLike<unknown>): Promise<string | null> => {
    if (inFlight >= MAX_IN_FLIGHT) throw failed(new Error(`${MAX_IN_FLIGHT} lookups are waiting for an answer.`));
    inFlight++;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`No answer within ${DEADLINE_MS / 1_000} s.`)), DEADLINE_MS);
    let found: unknown;
    try {
      found = await Promise.race([pending, late.promise]);
    } catch (error) {
      throw failed(error);
    } finally {
      clearTimeout(timer);
      inFlight--;
    }
    return checked(found);
  };
  return (id) => {
    let found: unknown;
    try {
      found = store.get(id);
    } catch (error) {
      throw failed(error);
    }
    return isThenable(found) ? withinDeadline(found) : checked(found);
  };
}

function isStore(documents: object): documents is TrustedDocumentStore {
  return typeof (documents as Partial<TrustedDocumentStore>).get === 'function' && !(documents instanceof Map);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
