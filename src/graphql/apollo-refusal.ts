/**
 * Refusing an operation before Apollo Server parses it.
 *
 * A plugin of Apollo Server can answer with an error only once the document is parsed and validated: what `requestDidStart` throws is
 * an internal error to it. So a request that is refused earlier gets the smallest document instead of its own, and its error after
 * that. Apollo Server 5 reads the request after `requestDidStart` (processGraphQLRequest in requestPipeline.js);
 * test/graphql/apollo.test.ts fails when it no longer does.
 */
import type { GraphQLRequest } from '@apollo/server';
import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import { KycError } from '../errors.ts';

/** Strips a request of everything to parse, look up or coerce. */
export function emptyRequest(request: GraphQLRequest): void {
  Object.assign(request, {
    query: '{ __typename }',
    operationName: undefined,
    variables: undefined,
    extensions: undefined,
  });
}

/** Throws `GRAPHQL_PARSE_FAILED` for a text of more than `max` tokens. Looks at no more of them; a syntax error is left to the parser. */
export function checkTokens(query: string | undefined, max: number): void {
  // A token has at least one character.
  if (query === undefined || query.length <= max) return;
  const lexer = new Lexer(new Source(query));
  try {
    for (let count = 0; lexer.advance().kind !== TokenKind.EOF; ) {
      if (++count > max) break;
    }
  } catch (error) {
    if (error instanceof GraphQLError) return;
    throw error;
  }
  if (lexer.token.kind === TokenKind.EOF) return;
  throw new KycError('GRAPHQL_PARSE_FAILED', `The document has more than ${max} tokens. Request less at once.`);
}
