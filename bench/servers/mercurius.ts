/** Mercurius on Fastify with its JIT, and the same token cache as ours: the fastest maintained GraphQL over HTTP. */
import fastify from 'fastify';
import type { JWTPayload } from 'jose';
import { mercurius } from 'mercurius';
import { type Callback, isGenuine, kycResolvers, openStore, typeDefs } from './peer-schema.ts';
import { claimsOf, requireReader } from './peer-token.ts';

const store = openStore('mercurius.db');
const app = fastify();

await app.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    Kyc: kycResolvers,
    Query: {
      kyc(_root: unknown, { customerId }: { customerId: string }, context: unknown) {
        requireReader((context as { claims: JWTPayload }).claims);
        return store.load(customerId);
      },
    },
  },
  context: async (request) => ({ claims: await claimsOf(request.headers.authorization) }),
  subscription: true,
  jit: 1,
});

app.post('/callbacks/kyc', (request, reply) => {
  const callback = request.body as Callback;
  if (!isGenuine(callback)) return reply.code(401).send();
  return reply.send({ outcome: 'applied', revision: store.record(callback).revision });
});
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
