/** What may be observed of operations, over every transport. */
import type { GraphQLFormattedError } from 'graphql';

/** The kinds of operations. `unknown`: it was refused before it was parsed, or could not be. */
export const OPERATION_TYPES = ['query', 'mutation', 'subscription', 'unknown'] as const;

/** The kind of an operation. */
export type OperationType = (typeof OPERATION_TYPES)[number];

/**
 * Called with each operation when it is answered, or its stream is opened: how long that took in milliseconds, and the codes of its
 * errors. Must not throw.
 */
export type ObserveOperation = (type: OperationType, tookMs: number, codes: readonly string[]) => void;

type WithExtensions = Pick<GraphQLFormattedError, 'extensions'>;

/** The code of each error; what has none is an internal error. */
export function codesOf(errors: readonly WithExtensions[] | undefined): readonly string[] {
  if (errors === undefined) return NONE;
  return errors.map(({ extensions }) => String(extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR'));
}

const NONE: readonly string[] = [];
