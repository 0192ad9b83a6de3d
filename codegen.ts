import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types for the resolvers, from the SDL in schema/. Committed; `npm run codegen:check` fails when they are stale. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  generates: {
    'src/graphql/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        useTypeImports: true,
        enumType: 'string-literal',
        enumsAsTypes: true,
        immutableTypes: true,
        maybeValue: 'T | null',
        defaultScalarType: 'unknown',
        scalars: { DateTime: { input: 'number', output: 'number' }, ID: { input: 'string', output: 'string' } },
        contextType: '../context.ts#KycContext',
        mappers: {
          Kyc: '../../journal/journal.ts#CustomerRecord',
          KycUpdate: '../../domain/update.ts#KycUpdate as UpdateEntry',
          KycDocument: '../resolvers/state.ts#DocumentSource',
        },
      },
    },
  },
};

export default config;
