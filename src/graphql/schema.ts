/** The schema: the SDL in schema/ and the resolvers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { queryResolvers } from './resolvers/query.ts';
import { documentResolvers, kycResolvers, updateResolvers } from './resolvers/state.ts';
import { subscriptionResolvers } from './resolvers/subscription.ts';

const SDL_FOLDER = join(import.meta.dirname, '..', '..', 'schema');

const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  serialize: (milliseconds) => new Date(milliseconds as number).toISOString(),
});

/** The SDL, to be merged into a schema of the application's own. */
export const typeDefs: string = readdirSync(SDL_FOLDER)
  .filter((name) => name.endsWith('.graphql'))
  .sort()
  .map((name) => readFileSync(join(SDL_FOLDER, name), 'utf8'))
  .join('\n');

/** The resolvers for `typeDefs`. They want a `KycContext`. */
export const resolvers = {
  DateTime,
  Kyc: kycResolvers,
  KycDocument: documentResolvers,
  KycUpdate: updateResolvers,
  Query: queryResolvers,
  Subscription: subscriptionResolvers,
};

/** The gateway's schema on its own. */
export function createSchema(): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs,
    resolvers,
    resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  });
}
