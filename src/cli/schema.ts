/** `xgateway-kyc schema`: the whole GraphQL schema as one file. */
import { sdlFiles } from '../graphql/sdl.ts';
import { defineCommand, UsageError } from './command.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Prints the GraphQL schema (SDL) with its descriptions, for code generators and editors; with --federation as a subgraph, for rover and\n' +
    'hive. Needs no server and no settings.',
  options: {
    federation: {
      type: 'string',
      placeholder: '<entity:key:field>',
      description:
        'As a subgraph of Apollo Federation 2, for example Customer:id:kyc. Append :auth for @authenticated and @requiresScopes.',
    },
  },
  examples: ['xgateway-kyc schema > schema.graphql', 'xgateway-kyc schema --federation Customer:id:kyc > kyc.graphql'],
  async run({ federation }) {
    process.stdout.write(federation === undefined ? wholeSchema() : await subgraph(federation));
    return 0;
  },
});

function wholeSchema(): string {
  return `${Object.values(sdlFiles)
    .map((text) => text.trim())
    .join('\n\n')}\n`;
}

async function subgraph(text: string): Promise<string> {
  const { readSubgraphEntity } = await import('../graphql/federation-entity.ts');
  const entity = readSubgraphEntity(text);
  if (entity === null) throw new UsageError('--federation takes <entity>:<key>:<field>, for example Customer:id:kyc.');
  const { subgraphTypeDefs } = await import('../graphql/federation.ts');
  return subgraphTypeDefs(entity);
}
