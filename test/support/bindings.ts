/** What tests of the client's bindings share: a server, and options whose token function counts its calls. */
import { readerToken, startTestServer, type TestServer } from './server.ts';

/** A server and how a binding reaches it. */
export interface BindingServer extends AsyncDisposable {
  readonly server: TestServer;
  readonly options: { readonly url: string; readonly token: () => Promise<string> };
  /** How often a token was asked for. */
  readonly tokens: number;
  /** How many subscriptions are open over WebSocket. */
  subscriptions(): Promise<number>;
}

/** Starts one. */
export async function startBindingServer(): Promise<BindingServer> {
  const server = await startTestServer();
  const token = await readerToken();
  let tokens = 0;
  return {
    server,
    options: {
      url: `${server.url}/graphql`,
      token() {
        tokens++;
        return Promise.resolve(token);
      },
    },
    get tokens() {
      return tokens;
    },
    subscriptions: () => server.metric('xgateway_kyc_subscriptions{transport="websocket"}'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
