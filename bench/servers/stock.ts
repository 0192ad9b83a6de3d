/** The stock stack, as the tutorials build it: Express, Apollo Server, graphql-ws, `PubSub`, one SQLite commit a callback. */
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import express from 'express';
import { PubSub } from 'graphql-subscriptions';
import { useServer as serveWebSockets } from 'graphql-ws/use/ws';
import type { JWTPayload } from 'jose';
import { WebSocketServer } from 'ws';
import { type Callback, isGenuine, type Kyc, kycResolvers, openStore, typeDefs } from './peer-schema.ts';
import { claimsOf, requireReader } from './peer-token.ts';

interface Context {
  readonly claims: JWTPayload;
}

const store = openStore('stock.db');
const pubsub = new PubSub({ eventEmitter: new EventEmitter().setMaxListeners(0) });
const topic = (customerId: string) => `KYC_STATUS_CHANGED.${customerId}`;

const schema = makeExecutableSchema<Context>({
  typeDefs,
  resolvers: {
    Kyc: kycResolvers,
    Query: {
      kyc(_root, { customerId }: { customerId: string }, { claims }) {
        requireReader(claims);
        return store.load(customerId);
      },
    },
    Subscription: {
      kycStatusChanged: {
        resolve: (kyc: Kyc) => kyc,
        subscribe(_root: unknown, { customerId }: { customerId: string }, { claims }: Context) {
          requireReader(claims);
          return pubsub.asyncIterableIterator(topic(customerId));
        },
      },
    },
  },
});

const app = express();
const server = createServer(app);
const apollo = new ApolloServer<Context>({ schema });
await apollo.start();

app.post('/callbacks/kyc', express.json(), async (request, response) => {
  const callback = request.body as Callback;
  if (!isGenuine(callback)) {
    response.status(401).end();
    return;
  }
  const kyc = store.record(callback);
  await pubsub.publish(topic(kyc.customerId), kyc);
  response.json({ outcome: 'applied', revision: kyc.revision });
});
app.use(
  '/graphql',
  express.json(),
  expressMiddleware(apollo, {
    context: async ({ req }) => ({ claims: await claimsOf(req.headers.authorization) }),
  }),
);

serveWebSockets<{ authorization?: string }, { claims: JWTPayload }>(
  {
    schema,
    onConnect: async ({ connectionParams, extra }) => {
      extra.claims = await claimsOf(connectionParams?.authorization);
    },
    context: ({ extra }) => ({ claims: extra.claims }),
  },
  new WebSocketServer({ server, path: '/graphql' }),
);
server.listen(Number(process.env['PORT']), '127.0.0.1');
