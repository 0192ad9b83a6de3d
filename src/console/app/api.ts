/** The public GraphQL API, as any client sees it: urql asks, graphql-ws follows. */
import { type AnyVariables, Client, type CombinedError, fetchExchange, type TypedDocumentNode } from '@urql/core';
import { createClient as createSocketClient, type Client as SocketClient } from 'graphql-ws';
import { page } from './page.ts';
import { refused, signOut } from './session.ts';

/** What one token can reach. */
export interface Api {
  /** Asks. Rejects with a message to show; ends the session when the token is no longer taken. */
  ask<Data, Variables extends AnyVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    kind?: 'query' | 'mutation',
  ): Promise<Data>;
  readonly socket: SocketClient;
}

/** An answer that is an error, with its public code. */
export class ApiError extends Error {
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

const PING_MS = 10_000;
const PONG_MS = 5_000;

/**
 * Makes the client of one token. No cache: what is shown is a page plus the stream's later updates, and something in between
 * could only hand out what the stream has overtaken.
 */
export function createApi(token: string): Api {
  const client = new Client({
    url: page.graphqlUrl,
    exchanges: [fetchExchange],
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
  });
  return {
    async ask(document, variables, kind = 'query') {
      const { data, error } = await client[kind](document, variables).toPromise();
      if (error !== undefined) throw apiError(error);
      if (data === undefined) throw new ApiError('The server sent no data.', null);
      return data;
    },
    socket: createSocket(token),
  };
}

function apiError(error: CombinedError): ApiError {
  const [first] = error.graphQLErrors;
  const code = first?.extensions['code'];
  if (code === 'UNAUTHENTICATED') refused();
  // What the console asks is read with kyc:read; mutations look at the code themselves.
  return new ApiError(
    first?.message ?? 'The server can’t be reached.',
    typeof code === 'string' ? code : first === undefined ? 'NETWORK' : null,
  );
}

/** A socket that notices a peer that is gone without a word. Reconnecting is ours: only we know the cursor to go on from. */
function createSocket(token: string): SocketClient {
  let pong: ReturnType<typeof setTimeout> | undefined;
  const client = createSocketClient({
    url: page.socketUrl,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    lazyCloseTimeout: 0,
    keepAlive: PING_MS,
    on: {
      ping: (received) => {
        if (!received) pong = setTimeout(() => client.terminate(), PONG_MS);
      },
      pong: () => clearTimeout(pong),
      closed: () => clearTimeout(pong),
    },
  });
  return client;
}

/** Ends the session of a token that may not read all customers. */
export function forbidden(): void {
  signOut('forbidden');
}
