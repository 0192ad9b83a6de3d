/** What a user of the package writes. Compiled against its declarations by public-api.test.ts, never run. */
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { PubSub } from 'graphql-subscriptions';
import {
  type Authenticate,
  createKycGateway,
  ERROR_CODES,
  type ErrorCode,
  KYC_STATUSES,
  type Kyc,
  KycError,
  type KycGateway,
  type KycGatewayOptions,
  type KycStatus,
  type KycUpdate,
  type KycUpdateFilter,
  type Viewer,
} from 'xgateway-kyc';
import { type FollowedUpdate, followKyc, type KycFollower } from 'xgateway-kyc/client';

// The least that a gateway needs.
const least: KycGatewayOptions = { secrets: { current: 'secret' }, access: { key: { secret: 'x'.repeat(32) } } };

// Everything, with an authentication of the owner's own.
const authenticate: Authenticate = async ({ headers }) => {
  if (headers.cookie === undefined) return null;
  const viewer: Viewer = { subject: 's', customerId: 'c', mayRead: false, mayAdmin: false, expiresAt: null };
  return viewer;
};
const gateway: KycGateway = await createKycGateway({
  ...least,
  secrets: { current: 'secret', previous: 'before' },
  databaseUrl: 'sqlite:data/kyc.db',
  access: authenticate,
  requireConfirmation: true,
  callbackAllowedIps: ['203.0.113.0/24'],
  passOtherCallbackTypes: true,
  introspection: 'admin',
  notifier: new PubSub(),
  stallMs: 10_000,
});

// In an application of one's own.
interface ShopContext extends Awaited<ReturnType<KycGateway['context']>> {
  readonly shop: string;
}
const apollo = new ApolloServer<ShopContext>({
  typeDefs: [gateway.typeDefs, 'type Query { shop: String! }'],
  resolvers: [gateway.resolvers, { Query: { shop: (_root: unknown, _args: unknown, { shop }: ShopContext) => shop } }],
  plugins: [gateway.apolloPlugin],
});
await gateway.start();
await apollo.start();
const app = express();
app.use('/callbacks', gateway.callbacks, (request, response) => void response.json(request.body));
app.use(
  '/graphql',
  expressMiddleware(apollo, {
    context: async ({ req }) => ({ ...(await gateway.context(req)), shop: 'mine' }),
  }),
);
app.use('/kyc', gateway.graphql);
app.get('/metrics', async (_request, response) => void response.send(await gateway.metrics.registry.metrics()));
const server = createServer(app);
gateway.attachWebSocket(server, '/live');
await gateway.checkReady();
await gateway.stop();

// From code.
const kyc: Kyc | null = await gateway.kyc('c', { asOf: new Date() });
const filter: KycUpdateFilter = { statuses: ['FULL_USER'], reversal: null };
for await (const update of gateway.updates({ after: kyc?.latestUpdate.cursor, filter })) {
  const changed: KycUpdate = update;
  if (changed.reversal) break;
}
// @ts-expect-error a decision says who decided
await gateway.confirm('c', 1, {});
// @ts-expect-error a predicate answers at once
await gateway.waitFor('c', async () => true);

// Errors and words are closed sets.
const code: ErrorCode = new KycError('FORBIDDEN', 'no').code;
const isCode: boolean = ERROR_CODES.includes(code);
const status: KycStatus | undefined = KYC_STATUSES[0];

// A frontend follows one customer.
const follower: KycFollower = followKyc({ url: 'https://kyc.example/graphql', token: async () => 'token' });
const show = (update: FollowedUpdate) => update.status;

// @ts-expect-error a gateway needs a secret
await createKycGateway({ access: authenticate });
// @ts-expect-error a gateway needs to know who asks
await createKycGateway({ secrets: { current: 'secret' } });
// @ts-expect-error tokens are verified with one key, never both
const both: KycGatewayOptions = { ...least, access: { key: { secret: 'x', jwksUrl: 'https://x' }, keys: [] } };
// @ts-expect-error there is no such code
const noCode: ErrorCode = 'NOPE';
// @ts-expect-error a viewer says what it may
const noViewer: Viewer = { subject: 's' };

export { both, follower, isCode, noCode, noViewer, show, status };
