/**
 * Apollo's gateway over two subgraphs: the KYC gateway's at SUBGRAPH_URL, and a shop's. Prints its URL. It runs in a process of its own, with the
 * graphql of its own folder.
 */
import { createServer } from 'node:http';
import { ApolloGateway, IntrospectAndCompose, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

const shop = buildSubgraphSchema([
  {
    typeDefs: parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      type Query { customers: [Customer!]! }
      type Customer @key(fields: "id") { id: ID! name: String! }
      type Kyc @key(fields: "customerId") { customerId: ID! orders: Int! }
    `),
    resolvers: {
      Kyc: { __resolveReference: ({ customerId }) => ({ customerId, orders: customerId.length }) },
      Query: { customers: () => ['alice', 'bob', 'nobody'].map((id) => ({ id, name: id.toUpperCase() })) },
    },
  },
]);

/** The shop's subgraph over HTTP. */
const shopServer = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { query, variables } = JSON.parse(body);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(await graphql({ schema: shop, source: query, variableValues: variables })));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => shopServer.once('listening', resolve));

const gateway = new ApolloGateway({
  supergraphSdl: new IntrospectAndCompose({
    subgraphs: [
      { name: 'kyc', url: process.env.SUBGRAPH_URL },
      { name: 'shop', url: `http://127.0.0.1:${shopServer.address().port}` },
    ],
    introspectionHeaders: { authorization: process.env.ADMIN_TOKEN },
  }),
  buildService: ({ url }) =>
    new RemoteGraphQLDataSource({
      url,
      willSendRequest({ request, context }) {
        if (context.authorization) request.http.headers.set('authorization', context.authorization);
      },
    }),
});
const server = new ApolloServer({ gateway, introspection: true });
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
process.stdout.write(`${url}\n`);
