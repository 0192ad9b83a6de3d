/**
 * What keeps an idle subscribed socket small. graphql-ws holds everything it was given for as long as the socket or the
 * subscription lives; these functions take away what it does not look at again. Figures are live heap per idle socket with a
 * token of 300 characters and one subscription of 250 characters and two variables, each trick alone left out.
 *
 * They rely on graphql-ws' internals: `test/transport/websocket/slim.test.ts` fails when the installed version is not
 * `GRAPHQL_WS_VERSION`, or when one of the functions no longer has its effect.
 */

/** The version of graphql-ws whose internals were read. */
export const GRAPHQL_WS_VERSION = '6.4.2';

/**
 * Options for `makeServer`. graphql-ws would wait for `connection_init` with a timer and a closure for each socket, 0.2 KiB; the
 * sweep of `liveness.ts` does it for all.
 */
export const SLIM_SERVER_OPTIONS = { connectionInitWaitTimeout: 0 } as const;

/**
 * A client's message for graphql-ws: parsed. It takes a parsed message as well as a text, and then holds only that, not the
 * text beside it: 0.4 KiB. What is not JSON stays text, for graphql-ws to refuse.
 */
export function parseMessage(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Takes the token from a connection's context once it has been read: 0.35 KiB, up to 64. */
export function releaseConnectionParams(context: { connectionParams?: unknown }): void {
  context.connectionParams = undefined;
}

/** Takes the text and the variables from a `subscribe` message once they are prepared: 0.3 KiB, up to 64. */
export function releasePayload(payload: object): void {
  Object.assign(payload, { query: '', variables: undefined, extensions: undefined });
  if ('documentId' in payload) payload.documentId = undefined;
}

/** Takes the result from an operation's arguments once graphql-ws has it: 0.1 KiB, more for a query's. */
export function releaseArguments(operation: object): void {
  Object.assign(operation, { variableValues: undefined, contextValue: undefined, result: undefined });
}
