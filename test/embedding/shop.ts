/** A shop with a gateway in its own graph: what the tests of each GraphQL server share. */

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import {
  createKycGateway,
  type KycContext,
  type KycGateway,
  type KycGatewayOptions,
  kycField,
} from '../../src/index.ts';
import { CALLBACK_SECRET, JWT_SECRET, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The shop's own types: orders whose buyers have a KYC, in each way that a shop might write it. */
export const SHOP_SDL = `
  type Query { orders(first: Int): [Order!]! }
  type Order { id: ID! buyer: Kyc buyerFromCode: Kyc buyers(ids: [ID!]!): [Kyc]! }
  extend type Kyc { orders: [Order!]! }
  extend type KycUpdate { shop: String! }
`;

/** A gateway with its journal in a temporary folder, and a shop around it. */
export interface Shop extends AsyncDisposable {
  readonly gateway: KycGateway;
  readonly schema: GraphQLSchema;
  /** Records a callback. */
  receive(customerId: string, status: string, said?: object): Promise<void>;
  /** Operations, errors and durations in the gateway's metrics: `query 2`, `FORBIDDEN 1`, `timed query 2`. */
  operations(): Promise<readonly string[]>;
  /** Serves something until the shop closes. */
  serve(listener: RequestListener | Server): Promise<string>;
}

interface Order {
  readonly id: string;
  readonly buyerId: string;
}
export const ORDERS: readonly Order[] = ['alice', 'bob', 'nobody'].map((buyerId, index) => ({
  id: `${index}`,
  buyerId,
}));

export async function openShop(options: Partial<KycGatewayOptions> = {}): Promise<Shop> {
  const resources = new AsyncDisposableStack();
  const folder = resources.use(temporaryFolder());
  const gateway = await createKycGateway({
    secrets: { current: CALLBACK_SECRET },
    databaseUrl: `sqlite:${folder.path}/kyc.db`,
    access: { key: { secret: JWT_SECRET } },
    log: pino({ level: 'silent' }),
    ...options,
  });
  resources.defer(() => gateway.stop());
  await gateway.start();
  const listen = async (given: RequestListener | Server): Promise<string> => {
    const server = typeof given === 'function' ? createServer(given) : given;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    resources.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const { default: express } = await import('express');
  const callbacks = await listen(express().use('/callbacks', gateway.callbacks));
  const schema = gateway.mergeSchema({ typeDefs: SHOP_SDL, resolvers: shopResolvers(gateway) });
  return {
    gateway,
    schema,
    async receive(customerId, status, said = {}) {
      const response = await fetch(`${callbacks}/callbacks`, {
        method: 'POST',
        body: signedCallback(customerId, { status, ...said }),
      });
      if (response.status !== 200) throw new Error(`The callback was answered ${response.status}.`);
    },
    async operations() {
      const text = await gateway.metrics.registry.metrics();
      const series =
        /^xgateway_kyc_graphql_(operations_total|errors_total|duration_seconds_count)\{\w+="(\w+)"\} (\d+)$/gm;
      const found = [...text.matchAll(series)].filter(([, , , count]) => count !== '0');
      return found
        .map(([, name, label, count]) => `${name?.startsWith('duration') ? 'timed ' : ''}${label} ${count}`)
        .sort();
    },
    serve: listen,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function shopResolvers(gateway: KycGateway) {
  return {
    Query: { orders: (_root: unknown, { first }: { first?: number }) => ORDERS.slice(0, first ?? ORDERS.length) },
    Order: {
      buyer: kycField(({ buyerId }: Order) => buyerId),
      // Reads as the system: the fields of `Kyc` still keep to the viewer's rights.
      buyerFromCode: ({ buyerId }: Order) => gateway.kyc(buyerId),
      buyers: (_order: Order, { ids }: { ids: string[] }, { kyc }: KycContext) => kyc.loadMany(ids),
    },
    Kyc: { orders: () => [] },
    KycUpdate: { shop: () => 'mine' },
  };
}
