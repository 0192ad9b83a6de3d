/** Mesh's composition of the plain graph at KYC_URL, with the token of a service. */
import { defineConfig, loadGraphQLHTTPSubgraph } from '@graphql-mesh/compose-cli';

const { KYC_URL: endpoint, KYC_TOKEN } = process.env;
//#region recipe
export const composeConfig = defineConfig({
  subgraphs: [
    {
      sourceHandler: loadGraphQLHTTPSubgraph('kyc', {
        endpoint,
        schemaHeaders: { authorization: `Bearer ${KYC_TOKEN}` },
        operationHeaders: { authorization: '{context.headers.authorization}' },
      }),
    },
  ],
});
//#endregion
