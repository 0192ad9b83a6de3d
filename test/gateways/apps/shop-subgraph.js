/**
 * A shop's subgraph: its customers, and how many orders each customer of the KYC gateway has. Prints its URL. It runs in a process of its own, with
 * the graphql of its own folder.
 */
import { createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';

const typeDefs = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { customers: [Customer!]! }
  type Subscription { customerSeen: Customer! }
  type Customer @key(fields: "id") { id: ID! name: String! }
  type Kyc @key(fields: "customerId") { customerId: ID! orders: Int! }
`;
const IDS = ['alice', 'bob', 'nobody'];
const customer = (id) => ({ id, name: id.toUpperCase() });

const schema = buildSubgraphSchema([
  {
    typeDefs: parse(typeDefs),
    resolvers: {
      Query: { customers: () => IDS.map(customer) },
      Customer: { __resolveReference: ({ id }) => customer(id) },
      Kyc: { __resolveReference: ({ customerId }) => ({ customerId, orders: customerId.length }) },
      Subscription: {
        customerSeen: {
          subscribe: async function* () {
            for (const id of IDS) yield { customerSeen: customer(id) };
          },
        },
      },
    },
  },
]);
const server = createServer(createYoga({ schema, logging: false })).listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/graphql\n`);
});
