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
export { followKyc } from './follow.ts';
export type { FollowedUpdate, FollowKycOptions, KycFollower, KycFollowState } from './follow-contract.ts';
export type {
  Kyc,
  KycConfirmation,
  KycDocument,
  KycNextAction,
  KycSource,
  KycState,
  KycStatus,
  KycUpdate,
  KycUpdateConnection,
  KycUpdateEdge,
  Node,
  PageInfo,
} from './generated/kyc.ts';
export { createResumingClient, type ResumingClientOptions } from './resume.ts';
export { TRANSPORTS, type TransportName } from './transport.ts';
