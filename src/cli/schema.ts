/** `xgateway-kyc schema`: the whole GraphQL schema as one file. */
import { sdlFiles } from '../graphql/sdl.ts';
import { defineCommand } from './command.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Prints the GraphQL schema (SDL) with its descriptions, for code generators and editors. Needs no server and no settings.',
  options: {},
  examples: ['xgateway-kyc schema > schema.graphql'],
  async run() {
    process.stdout.write(
      `${Object.values(sdlFiles)
        .map((text) => text.trim())
        .join('\n\n')}\n`,
    );
    return 0;
  },
});
