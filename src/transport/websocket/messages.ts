/** What a client may send: checked before graphql-ws sees it, so that one bad operation answers for itself alone. */
import { KycError } from '../../errors.ts';
import { parseMessage } from './slim.ts';

/** The longest ID of a subscription, in characters: it is a part of every update that is pushed. */
export const MAX_ID_LENGTH = 128;
/** The longest ping of a client that has not proved itself, in characters: its payload is sent back. */
const MAX_UNPROVEN_PING_LENGTH = 4_096;
/** The longest operation name, in characters. */
const MAX_NAME_LENGTH = 256;

/** A message as graphql-ws takes it, or the answer it gets instead. */
export type CheckedMessage =
  | { readonly message: unknown }
  /** The operation with this ID is refused. */
  | { readonly refused: KycError; readonly id: string }
  /** Not a message of a client. */
  | { readonly invalid: true };

/** Messages that only a server sends: graphql-ws throws at them, which would close the socket as if we had failed. */
const FROM_SERVER: ReadonlySet<unknown> = new Set(['connection_ack', 'next', 'error']);

/** Checks a message's size and type, and drops the fields that are not read. `isProven`: the client has sent a valid token. */
export function checkMessage(text: string, isProven: boolean): CheckedMessage {
  const message = parseMessage(text);
  if (typeof message !== 'object' || message === null) return { message };
  const { type, id, payload } = message as { type?: unknown; id?: unknown; payload?: unknown };
  if (FROM_SERVER.has(type)) return { invalid: true };
  const isTooLong = !isProven && text.length > MAX_UNPROVEN_PING_LENGTH;
  if (type === 'ping' && (isTooLong || !canBeEchoed(payload))) return { invalid: true };
  if (type === 'complete') return typeof id === 'string' ? { message: { type, id } } : { message };
  if (type !== 'subscribe' || typeof id !== 'string') return { message };
  if (id.length > MAX_ID_LENGTH) {
    return { id, refused: badInput(`The operation's "id" is over ${MAX_ID_LENGTH} characters.`) };
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return { id, refused: badInput('Send the operation as "payload", an object with a "query".') };
  }
  const { query, documentId, variables, operationName, extensions } = payload as Record<string, unknown>;
  if (typeof operationName === 'string' && operationName.length > MAX_NAME_LENGTH) {
    return { id, refused: badInput(`The operation's "operationName" is over ${MAX_NAME_LENGTH} characters.`) };
  }
  const isNamed = query == null && (documentId != null || extensions != null);
  // graphql-ws closes the socket of a client that sends no text: the gate looks the document up.
  const given = isNamed ? '' : query;
  const bad = malformed(given, variables, operationName);
  if (bad !== null) return { id, refused: badInput(bad) };
  const named = documentId === undefined ? undefined : { documentId };
  // It also closes the socket for extensions that are no object. The gate takes the hash from them.
  const hash = isObject(extensions) ? { extensions: { persistedQuery: extensions['persistedQuery'] } } : undefined;
  return { message: { type, id, payload: { query: given, variables, operationName, ...named, ...hash } } };
}

/** graphql-ws sends a ping's payload back. V8 reads a text that is nested deeper than it can write. */
function canBeEchoed(payload: unknown): boolean {
  try {
    JSON.stringify(payload);
    return true;
  } catch {
    return false;
  }
}

function malformed(query: unknown, variables: unknown, operationName: unknown): string | null {
  if (typeof query !== 'string') return 'Send the operation as "query", a string, or its "documentId".';
  if (variables != null && !isObject(variables)) {
    return '"variables" must be an object.';
  }
  return operationName == null || typeof operationName === 'string' ? null : '"operationName" must be a string.';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badInput(message: string): KycError {
  return new KycError('BAD_USER_INPUT', message);
}
