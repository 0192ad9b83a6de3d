/** The client's public names. No server code is reachable from here. */
export {
  type ApolloKeyContext,
  type ApolloReadContext,
  apolloTypePolicies,
  type CacheKeyFields,
  urqlKeys,
} from './caches.ts';
export type { KycConnectionOptions, TokenSource } from './connection.ts';
export type { CursorStorage } from './cursor-storage.ts';
export { CLIENT_FAILURE_CODES, KycFollowError } from './failure.ts';
export { followKyc, followKycUpdates } from './follow.ts';
export type {
  FollowedUpdate,
  FollowerOptions,
  FollowKycOptions,
  FollowKycUpdatesOptions,
  KycFollower,
  KycFollowState,
} from './follow-contract.ts';
export type {
  Kyc,
  KycAcknowledgement,
  KycConfirmation,
  KycDocument,
  KycDoubtReason,
  KycJournalHead,
  KycNextAction,
  KycPendingDecision,
  KycSource,
  KycState,
  KycStatus,
  KycUpdate,
  KycUpdateConnection,
  KycUpdateEdge,
  KycUpdateFilter,
  Node,
  PageInfo,
} from './generated/kyc.ts';
export { createResumingClient, type ResumingClientOptions } from './resume.ts';
export {
  type DescribedKyc,
  describeKyc,
  KYC_STATUS_TEXTS,
  type KycDescription,
  type KycStatusText,
  type KycStatusTexts,
  type KycTone,
} from './status-texts.ts';
export { TRANSPORTS, type TransportName } from './transport.ts';
