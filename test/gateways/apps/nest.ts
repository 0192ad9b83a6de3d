/** Nest with its GraphQL module, on the adapter that ADAPTER names. Prints its URL. */
import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Context, GraphQLModule, GraphQLSchemaHost, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { KycContext } from 'xgateway-kyc';
import { openGateway } from './open-gateway.js';

const gateway = await openGateway();
const typeDefs = 'type Query { orders: [Order!]! } type Order { id: ID! buyer: Kyc }';
//#region recipe
@Resolver('Order')
class OrderResolver {
  @Query('orders')
  orders() {
    return [{ id: '1', buyerId: 'alice' }];
  }

  @ResolveField('buyer')
  buyer(@Parent() order: { buyerId: string }, @Context() { kyc }: KycContext) {
    return kyc.load(order.buyerId);
  }
}

@Module({
  providers: [OrderResolver],
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      typeDefs: [typeDefs, gateway.typeDefs],
      resolvers: gateway.resolvers,
      plugins: [gateway.apolloPlugin],
      // The Express adapter gives { req, res }, Fastify's the request itself.
      context: (given) => gateway.context(given.req ?? given),
      subscriptions: {
        'graphql-ws': gateway.useServerOptions({ schema: () => app.get(GraphQLSchemaHost).schema }),
      },
    }),
  ],
})
class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(gateway.callbacks).forRoutes('hooks/kyc');
    consumer.apply(gateway.stream).forRoutes('graphql/stream');
  }
}
//#endregion

const adapter = process.env.ADAPTER === 'fastify' ? [new FastifyAdapter()] : [];
const app = await NestFactory.create(AppModule, ...adapter, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
process.stdout.write(`${await app.getUrl()}\n`);
