/** One generated file: from which documents, by which plugins of GraphQL Code Generator. */
interface Target {
  readonly documents?: string;
  readonly plugins: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

const common = {
  useTypeImports: true,
  enumType: 'string-literal',
  enumsAsTypes: true,
  immutableTypes: true,
  maybeValue: 'T | null',
  defaultScalarType: 'unknown',
};

/**
 * Types for the resolvers, the client and the console's operations, from the SDL in schema/. Committed; `npm run codegen:check`
 * fails when they are stale.
 */
const config: { readonly schema: string; readonly generates: Readonly<Record<string, Target>> } = {
  schema: 'schema/*.graphql',
  generates: {
    'src/graphql/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        ...common,
        scalars: { DateTime: { input: 'number', output: 'number' }, ID: { input: 'string', output: 'string' } },
        contextType: '../context.ts#OperationContext',
        mappers: {
          Kyc: '../resolvers/state.ts#CustomerSource',
          KycUpdate: '../../domain/update.ts#KycUpdate as UpdateEntry',
          KycConfirmation: '../../domain/trust.ts#Confirmation',
          KycAcknowledgement: '../../domain/attention.ts#Acknowledgement',
          KycAttentionItem: '../../admin/attention.ts#AttentionItem',
          KycPendingDecision: '../../journal/pending-decisions.ts#PendingDecision',
          Node: '../resolvers/node.ts#NodeSource',
          KycConsumer: '../../consumers/actions.ts#ConsumerStatus',
          KycConsumerDeadLetter: '../../journal/consumers.ts#ConsumerDeadLetter',
          KycAuditEntry: '../../journal/audit-log.ts#StoredAuditEntry',
          KycDeadLetter: '../../journal/dead-letters.ts#DeadLetter',
          KycReplayResult: '../../admin/replay.ts#ReplayResult',
          KycDocument: '../resolvers/state.ts#DocumentSource',
        },
      },
    },
    'src/console/app/generated/operations.ts': {
      documents: 'src/console/app/operations.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        ...common,
        scalars: { DateTime: 'string', ID: 'string' },
        skipTypename: true,
      },
    },
    'src/client/generated/kyc.ts': {
      plugins: ['typescript'],
      config: {
        ...common,
        skipTypename: true,
        avoidOptionals: { field: true },
        scalars: { DateTime: 'string', ID: { input: 'string', output: 'string' } },
      },
    },
  },
};

export default config;
