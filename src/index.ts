/** The package's public names. */
export type { JwtOptions, JwtSecrets } from './access/jwt.ts';
export { DEFAULT_LIMITS, type LimitOptions, type Limits, type TokenLimits } from './access/limits.ts';
export type { Authenticate, AuthenticationRequest, Viewer } from './access/viewer.ts';
export type { ImportedReport } from './admin/record.ts';
export type { ReplayOutcome } from './admin/replay.ts';
export { CONFIRMATION_SCHEDULE, type ConfirmationSchedule } from './confirmation/schedule.ts';
export {
  type ConsoleOptions,
  consoleRouter,
  type DevelopmentOptions,
  type GraphiqlOptions,
  graphiqlRouter,
} from './console/index.ts';
export type { ConsumeOptions, ConsumerContext, ConsumerHandler, CursorReader } from './consumers/options.ts';
export type { KycConsumerHandle } from './consumers/registry.ts';
export type { KycDoubtReason } from './domain/attention.ts';
export { KYC_SOURCES, KYC_STATUSES, type KycNextAction, type KycSource, type KycStatus } from './domain/kyc.ts';
export type { KycUpdateFilter } from './domain/update-filter.ts';
export type { EmbeddedOperation } from './embedding/check-operation.ts';
export type { KycAccess, KycContext } from './embedding/context.ts';
export type { EmbeddedRequest, Embedding, Subgraph } from './embedding/embedding.ts';
export type { EnvelopExecutePayload, KycEnvelopPlugin } from './embedding/envelop-plugin.ts';
export type { KycMercuriusHooks, MercuriusContext } from './embedding/mercurius-hooks.ts';
export type { OwnSchema } from './embedding/merged-schema.ts';
export { type EmbeddedResolvers, kycField } from './embedding/resolvers.ts';
export { ERROR_CODES, type ErrorCode, KycError, type KycErrorOptions } from './errors.ts';
export type {
  KycAcknowledgeResult,
  KycApi,
  KycDecision,
  KycDecisionResult,
  KycReader,
  KycRefreshResult,
  RecordResult,
  UpdatesOptions,
  WaitOptions,
} from './gateway/api-contract.ts';
export type {
  AttentionOptions,
  KycAttentionItem,
  KycAttentionKind,
  KycAttentionPage,
  KycPendingDecision,
} from './gateway/attention-api.ts';
export type {
  KycConsumer,
  KycConsumerDeadLetter,
  KycConsumerDeadLetterPage,
  KycConsumerDecision,
  KycConsumers,
} from './gateway/consumers-api.ts';
export { createKycGateway, type KycFetch, type KycGateway, type KycGatewayOptions } from './gateway/create.ts';
export type {
  KycDeadLetter,
  KycDeadLetterPage,
  KycDeadLetters,
  KycReplayResult,
} from './gateway/dead-letters-api.ts';
export type { KycSecrets } from './gateway/secrets.ts';
export type { Kyc, KycConfirmation, KycState, KycUpdate } from './gateway/views.ts';
export type { DocumentReference } from './graphql/documents/documents.ts';
export type { TrustedDocumentStore, TrustedDocuments } from './graphql/documents/trusted-documents.ts';
export type { SubgraphEntity } from './graphql/federation-entity.ts';
export type { IntrospectionAccess } from './graphql/limits.ts';
export type { DeadLetterQuery } from './graphql/resolvers/dead-letter.ts';
export type { TrustProxy } from './http/client-address.ts';

export type { FetchHandler, FetchInfo } from './http/fetch-handler.ts';

export type { NodeHandler, NodeRequest } from './http/node-handler.ts';

export type { ConsumerState } from './journal/consumers.ts';
export type { DeadLetterCategory, DeadLetterReason } from './journal/dead-letters.ts';
export type { ErasureReport } from './journal/erasure-report.ts';
export type { JournalFacts } from './journal/journal.ts';
export type { MaybePromise } from './journal/maybe-promise.ts';
export type { AnsweredCallback } from './telemetry/callback-line.ts';
export type { LogCustomerIds } from './telemetry/customer-ids.ts';
export { createMetrics, type Metrics } from './telemetry/metrics.ts';
export type { CallbackSecrets } from './xgateway/callback-hash.ts';
export type { XgatewayApiOptions } from './xgateway/kyc-api.ts';
