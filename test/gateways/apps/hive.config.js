/** Hive Gateway's configuration. SUPERGRAPH is a file; SUBSCRIPTIONS is `ws` or `sse`: how the subgraph's subscriptions are read. */
import { defineConfig } from '@graphql-hive/gateway';

const { SUPERGRAPH: supergraph, SUBSCRIPTIONS } = process.env;
//#region recipe
// Hive puts what a socket sent with connection_init among the headers.
const authorization = '{context.headers.authorization}';
const subscriptions = { kind: 'ws', options: { connectionParams: { authorization } } };

export const gatewayConfig = defineConfig({
  supergraph,
  propagateHeaders: {
    fromClientToSubgraphs: ({ context }) => ({ authorization: context.headers.authorization }),
  },
  // Without this entry Hive reads subscriptions as server-sent events from the same URL, which works as well.
  transportEntries: SUBSCRIPTIONS === 'ws' ? { kyc: { options: { subscriptions } } } : {},
});
//#endregion
