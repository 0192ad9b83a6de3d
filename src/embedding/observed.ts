/** Counting the operations of an application's own server in the gateway's metrics. */
import { type DocumentNode, type GraphQLFormattedError, getOperationAST } from 'graphql';
import { codesOf, type ObserveOperation } from '../graphql/observe.ts';

/** What is known of an operation that begins. */
export interface ObservedOperation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
}

/** An answer, or a stream: a stream has no errors of its own. */
export interface ObservedResult {
  readonly errors?: readonly Pick<GraphQLFormattedError, 'extensions'>[] | undefined;
}

/** Starts the clock. Call the function with the answer, or when the stream is open. */
export function observed(
  observe: ObserveOperation,
  { document, operationName }: ObservedOperation,
): (result?: ObservedResult) => void {
  const startedAt = performance.now();
  const type = getOperationAST(document, operationName)?.operation ?? 'unknown';
  return (result) => observe(type, performance.now() - startedAt, codesOf(result?.errors));
}
