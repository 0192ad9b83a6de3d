/**
 * The plugins of our own Apollo Server, without those that it adds by itself.
 *
 * A default plugin is kept away by a disabled one in its place. Apollo Server 5 looks for these once, when it starts (addDefaultPlugins in
 * ApolloServer.js), but awaits every plugin of the list at every request, whether or not it has hooks: five disabled ones cost a query 0.6 µs. So
 * they leave the list, which Apollo Server keeps as it was given, once it has started. test/graphql/apollo.test.ts fails when it no longer does.
 */
import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';

/** The list for a server that has only these plugins. It belongs to that server. */
export function onlyPlugins(...own: readonly ApolloServerPlugin<BaseContext>[]): ApolloServerPlugin<BaseContext>[] {
  const plugins: ApolloServerPlugin<BaseContext>[] = [
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginCacheControlDisabled(),
    // On by itself in a subgraph: any client could ask for the time that each field took.
    ApolloServerPluginInlineTraceDisabled(),
    // With APOLLO_KEY in the environment Apollo Server would report this application's operations.
    ApolloServerPluginUsageReportingDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ...own,
    {
      async serverWillStart() {
        // Apollo Server is still going through the list.
        await null;
        plugins.splice(0, plugins.length, ...own);
      },
    },
  ];
  return plugins;
}
