import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types for the resolvers and for the console's operations, from the SDL in schema/. Committed; `npm run codegen:check` fails when they are stale. */
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
    'src/console/app/generated/operations.ts': {
      documents: 'src/console/app/operations.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        useTypeImports: true,
        enumType: 'string-literal',
        enumsAsTypes: true,
        immutableTypes: true,
        maybeValue: 'T | null',
        defaultScalarType: 'unknown',
        scalars: { DateTime: 'string', ID: 'string' },
        skipTypename: true,
      },
    },
  },
};

export default config;
