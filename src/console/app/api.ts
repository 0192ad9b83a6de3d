/** The public GraphQL API, as any client sees it. urql sends queries; live.ts follows updates. */
import { type AnyVariables, Client, type CombinedError, fetchExchange, type TypedDocumentNode } from '@urql/core';
import { graphqlFailure, KycFollowError } from '../../client/failure.ts';
import { page } from './page.ts';
import { refused, signOut } from './session.ts';

/** The client of one token. */
export interface Api {
  /** Sends an operation. Rejects with a message to show; ends the session when the token is no longer accepted. */
  ask<Data, Variables extends AnyVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    kind?: 'query' | 'mutation',
  ): Promise<Data>;
  readonly token: string;
}

/**
 * Makes the client of one token. No cache: what is shown is a page plus the stream's later updates, and a cache
 * could only return what the stream has already replaced.
 */
export function createApi(token: string): Api {
  const client = new Client({
    url: page.graphqlUrl,
    exchanges: [fetchExchange],
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetchOptions: { headers: authorization(token) },
  });
  return {
    async ask(document, variables, kind = 'query') {
      const { data, error } = await client[kind](document, variables).toPromise();
      if (error !== undefined) throw failureOf(error);
      if (data === undefined) throw new KycFollowError('NOT_UNDERSTOOD', 'The server sent no data.');
      return data;
    },
    token,
  };
}

/** The header for a token; none when a cookie identifies the user. */
export function authorization(token: string): Record<string, string> {
  return token === '' ? {} : { authorization: `Bearer ${token}` };
}

function failureOf({ graphQLErrors }: CombinedError): KycFollowError {
  if (graphQLErrors.length === 0) return new KycFollowError('UNREACHABLE', 'Cannot reach the server.');
  const failure = graphqlFailure(graphQLErrors);
  if (failure.code === 'UNAUTHENTICATED') refused();
  return failure;
}

/** Ends the session of a token that may not read all customers. */
export function forbidden(): void {
  signOut('forbidden');
}
