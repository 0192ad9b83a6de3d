/** The subgraph composed with a shop's, by Apollo's composition and by Hive's. */
import { expect, test } from 'vitest';
import { subgraphTypeDefs } from '../../src/graphql/federation.ts';
import { installedModule } from './installed.ts';

const SHOP = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@external", "@requires"])
  type Query { customers: [Customer!]! }
  type Customer @key(fields: "id") { id: ID! name: String! }
  type Kyc @key(fields: "customerId") { customerId: ID! orders: Int! }
  type PageInfo @shareable { hasNextPage: Boolean! endCursor: String }
`;

const { parse } = installedModule('graphql');

const COMPOSERS: Readonly<Record<string, (services: object[]) => { supergraphSdl?: string; errors?: unknown[] }>> = {
  "Apollo's": installedModule('@apollo/composition').composeServices,
  "Hive's": installedModule('@theguild/federation-composition').composeServices,
};

for (const [name, compose] of Object.entries(COMPOSERS)) {
  test.each([false, true])(`${name} composer takes the subgraph; auth directives: %s`, (auth) => {
    const sdl = subgraphTypeDefs({ entity: 'Customer', key: 'id', field: 'kyc', auth });
    const services = [
      { name: 'kyc', typeDefs: parse(sdl), url: 'http://kyc.example/graphql' },
      { name: 'shop', typeDefs: parse(SHOP), url: 'http://shop.example/graphql' },
    ];
    const { supergraphSdl = '', errors } = compose(services);
    expect(errors ?? []).toEqual([]);
    expect(supergraphSdl).toMatch(/type Customer[^{]*\{[^}]*kyc: Kyc/);
    expect(/kycCustomers\([^)]*\): KycConnection![^\n]*@requiresScopes/.test(supergraphSdl)).toBe(auth);
    expect(/type Kyc [^{]*@authenticated/.test(supergraphSdl.replaceAll('\n', ' '))).toBe(auth);
  });
}
