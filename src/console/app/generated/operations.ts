/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** What a person's confirmation can change. */
export type KycConfirmOutcome =
  /** A new update was recorded: the customer is verified now. */
  | 'APPLIED'
  /** Nothing was recorded yet: a second person has to decide the same (`Kyc.pendingDecision`). */
  | 'PENDING_SECOND_PERSON'
  /** The customer was not waiting for a confirmation. */
  | 'UNCHANGED';

/** What a consumer is doing. */
export type KycConsumerState =
  /** Paused by a person, until it is resumed. */
  | 'PAUSED'
  /** It handles updates as soon as an instance that has its code runs. */
  | 'RUNNING'
  /** Stopped by an error, until it is resumed or an instance starts. */
  | 'STOPPED';

/** What a person's correction can change. */
export type KycCorrectOutcome =
  /** A new update was recorded. */
  | 'APPLIED'
  /** Nothing was recorded yet: a second person has to decide the same (`Kyc.pendingDecision`). */
  | 'PENDING_SECOND_PERSON'
  /** The customer already had this status, and was not waiting for a confirmation. */
  | 'UNCHANGED';

/** The categories of callbacks that were not recorded. */
export type KycDeadLetterCategory =
  /** Genuine, but not understood by this release. Never evicted. Answered 202, or 503 when the customer has 100 of them already. */
  | 'GENUINE'
  /** Refused. At most 1,000 dead letters and 16 MiB. When full, the sender or customer with the most loses one. */
  | 'REFUSED';

/** Why a callback was not recorded. */
export type KycDeadLetterReason =
  /** The customer ID is not valid: it has a control character, a lone surrogate or more than 256 characters, or is `.` or `..`. */
  | 'IMPOSSIBLE_CUSTOMER_ID'
  /** The hash is missing or wrong, or the callback has no customer ID to check it against. */
  | 'NOT_GENUINE'
  /** The body is not a JSON object. */
  | 'NOT_JSON'
  /** Genuine, but a field has a shape that this release does not know. */
  | 'NOT_UNDERSTOOD'
  /** It is not a KYC callback. */
  | 'OTHER_CALLBACK_TYPE';

/** Selects customers: every condition has to hold. One that is omitted or null does not restrict. */
export type KycFilter = {
  /** Only customers with an update after this cursor (of an update, or an `asOf`). */
  readonly changedAfter?: string | null | undefined;
  /** Only customers whose latest update was received at this time or later (`Kyc.updatedAt`). */
  readonly changedFrom?: string | null | undefined;
  /** Only customers whose latest update was received before this time (`Kyc.updatedAt`). */
  readonly changedTo?: string | null | undefined;
  /**
   * Only customers whose ID begins with this text, compared character by character: `a` and `A` differ. At most 256 characters; the empty
   * text does not restrict.
   */
  readonly customerIdPrefix?: string | null | undefined;
  /** Only customers who are in doubt (true), or only those who are not (false). */
  readonly inDoubt?: boolean | null | undefined;
  /** Only customers whose latest update takes `FULL_USER` away (true), or only the others (false). */
  readonly reversed?: boolean | null | undefined;
  /** Only customers who currently have one of these statuses. An empty list selects none. */
  readonly statuses?: ReadonlyArray<KycStatus> | null | undefined;
  /** Only customers who are verified (true), or only those who are not (false). */
  readonly verified?: boolean | null | undefined;
};

/** What a customer has to do next. */
export type KycNextAction =
  /** Correct the data and send it again. */
  | 'CORRECT_DATA'
  /** Nothing: KYC is complete. */
  | 'NONE'
  /** Send the missing data and documents. */
  | 'PROVIDE_DATA'
  /** Start KYC. */
  | 'START'
  /** Nothing: KYC ended without success. */
  | 'STOP'
  /** Wait for XGateway. */
  | 'WAIT';

/** What an answer of XGateway's API can change. */
export type KycRefreshOutcome =
  /** A new update was recorded: XGateway reports something new, confirms a `FULL_USER` that was in doubt, or denies a `FULL_USER`. */
  | 'APPLIED'
  /** XGateway reports what was already recorded. Only `confirmedAt` has changed. */
  | 'UNCHANGED'
  /** Neither XGateway nor this gateway knows the customer. Nothing was recorded. */
  | 'UNKNOWN_TO_XGATEWAY';

/** What replaying a dead letter can do. `APPLIED` and `UNCHANGED` remove the dead letter. */
export type KycReplayOutcome =
  /** An update was recorded, with `source: REPLAY` and the time at which the callback was received (for a genuine one, last received). */
  | 'APPLIED'
  /** No dead letter has this ID. */
  | 'NOT_FOUND'
  /** The hash still matches no secret, or the callback is still not understood. */
  | 'STILL_REFUSED'
  /** A newer report about the customer was recorded after it. With an API key, the customer is looked up at XGateway. */
  | 'SUPERSEDED'
  /** The callback says nothing new about its customer. */
  | 'UNCHANGED';

/** Where an update came from. */
export type KycSource =
  /** An answer of XGateway's API. */
  | 'API'
  /** A callback that XGateway sent. */
  | 'CALLBACK'
  /** A report that the application's own code recorded, for example from another system (`gateway.record`). */
  | 'IMPORT'
  /** A dead letter that was replayed. */
  | 'REPLAY'
  /** A member of the merchant's staff who has checked. */
  | 'STAFF';

/**
 * A customer's KYC status at XGateway. Derived from `rawStatus` on every read, so a release that knows a new status also shows it for
 * updates that were stored earlier.
 */
export type KycStatus =
  /** The KYC user exists, but the applicant does not exist yet. */
  | 'CREATED'
  /** Approved. XGateway can take this back later. */
  | 'FULL_USER'
  /** Rejected permanently. */
  | 'HARD_KYC_FAILED'
  /** The customer has to start KYC. */
  | 'KYC_NEEDED'
  /** The data is complete and under review. */
  | 'KYC_PENDING'
  /** XGateway sent null: there is no KYC user for this customer yet. */
  | 'NOT_STARTED'
  /** XGateway is waiting for data or documents from the customer. */
  | 'PENDING_KYC_DATA'
  /** Rejected, but the customer can correct the data and try again. */
  | 'SOFT_KYC_FAILED'
  /** A status that this release does not know. `rawStatus` has it as XGateway sent it. */
  | 'UNRECOGNIZED';

/** Selects updates. A condition that is omitted or null does not restrict. */
export type KycUpdateFilter = {
  /**
   * Only updates of customers whose ID begins with this text, compared character by character: `a` and `A` differ. The empty text does not
   * restrict.
   */
  readonly customerIdPrefix?: string | null | undefined;
  /** Only updates that are in doubt (true), or only those that are not (false). */
  readonly inDoubt?: boolean | null | undefined;
  /** Only updates that are probably late (true), or only those that are not (false). */
  readonly possiblyLate?: boolean | null | undefined;
  /** Only updates that were received at this time or later. */
  readonly receivedFrom?: string | null | undefined;
  /** Only updates that were received before this time. */
  readonly receivedTo?: string | null | undefined;
  /** Only updates that take `FULL_USER` away (true), or only those that do not (false). */
  readonly reversal?: boolean | null | undefined;
  /** Only updates from one of these sources. An empty list selects none. */
  readonly sources?: ReadonlyArray<KycSource> | null | undefined;
  /** Only updates to one of these statuses. An empty list selects none. */
  readonly statuses?: ReadonlyArray<KycStatus> | null | undefined;
  /** Only updates that are verified (true), or only those that are not (false). */
  readonly verified?: boolean | null | undefined;
};

export type UpdateFragment = { readonly customerId: string, readonly revision: number, readonly status: KycStatus, readonly rawStatus: string | null, readonly processingStatus: string | null, readonly rejectLabels: ReadonlyArray<string>, readonly endUserMessage: string | null, readonly nextAction: KycNextAction, readonly verified: boolean, readonly inDoubt: boolean, readonly cursor: string, readonly previousStatus: KycStatus | null, readonly reversal: boolean, readonly repeatsRevision: number | null, readonly possiblyLate: boolean, readonly source: KycSource, readonly receivedAt: string, readonly missingDocuments: ReadonlyArray<{ readonly type: string }>, readonly confirmedBy: { readonly source: KycSource, readonly by: string | null, readonly secondBy: string | null, readonly reason: string | null, readonly evidenceUrl: string | null, readonly at: string } | null };

export type ConfirmationFragment = { readonly source: KycSource, readonly by: string | null, readonly secondBy: string | null, readonly reason: string | null, readonly evidenceUrl: string | null, readonly at: string };

export type CustomersQueryVariables = Exact<{
  filter?: KycFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type CustomersQuery = { readonly kycCustomers: { readonly asOf: string, readonly nodes: ReadonlyArray<{ readonly latestUpdate: { readonly customerId: string, readonly revision: number, readonly status: KycStatus, readonly rawStatus: string | null, readonly processingStatus: string | null, readonly rejectLabels: ReadonlyArray<string>, readonly endUserMessage: string | null, readonly nextAction: KycNextAction, readonly verified: boolean, readonly inDoubt: boolean, readonly cursor: string, readonly previousStatus: KycStatus | null, readonly reversal: boolean, readonly repeatsRevision: number | null, readonly possiblyLate: boolean, readonly source: KycSource, readonly receivedAt: string, readonly missingDocuments: ReadonlyArray<{ readonly type: string }>, readonly confirmedBy: { readonly source: KycSource, readonly by: string | null, readonly secondBy: string | null, readonly reason: string | null, readonly evidenceUrl: string | null, readonly at: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type UpdatePageQueryVariables = Exact<{
  filter?: KycUpdateFilter | null | undefined;
  last: number;
  before?: string | null | undefined;
}>;


export type UpdatePageQuery = { readonly kycUpdates: { readonly nodes: ReadonlyArray<{ readonly customerId: string, readonly revision: number, readonly status: KycStatus, readonly rawStatus: string | null, readonly processingStatus: string | null, readonly rejectLabels: ReadonlyArray<string>, readonly endUserMessage: string | null, readonly nextAction: KycNextAction, readonly verified: boolean, readonly inDoubt: boolean, readonly cursor: string, readonly previousStatus: KycStatus | null, readonly reversal: boolean, readonly repeatsRevision: number | null, readonly possiblyLate: boolean, readonly source: KycSource, readonly receivedAt: string, readonly missingDocuments: ReadonlyArray<{ readonly type: string }>, readonly confirmedBy: { readonly source: KycSource, readonly by: string | null, readonly secondBy: string | null, readonly reason: string | null, readonly evidenceUrl: string | null, readonly at: string } | null }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } } };

export type ReachedQueryVariables = Exact<{
  before: string;
}>;


export type ReachedQuery = { readonly kycUpdates: { readonly nodes: ReadonlyArray<{ readonly receivedAt: string }> } };

export type KnownFragment = { readonly customerId: string, readonly status: KycStatus, readonly rawStatus: string | null, readonly updatedAt: string };

export type FindByPrefixQueryVariables = Exact<{
  prefix: string;
  first: number;
}>;


export type FindByPrefixQuery = { readonly kycCustomers: { readonly nodes: ReadonlyArray<{ readonly customerId: string, readonly status: KycStatus, readonly rawStatus: string | null, readonly updatedAt: string }> } };

export type FindByIdsQueryVariables = Exact<{
  customerIds: ReadonlyArray<string> | string;
}>;


export type FindByIdsQuery = { readonly kycByCustomerIds: ReadonlyArray<{ readonly customerId: string, readonly status: KycStatus, readonly rawStatus: string | null, readonly updatedAt: string } | null> };

export type StatusCountsQueryVariables = Exact<{ [key: string]: never; }>;


export type StatusCountsQuery = { readonly kycStatusCounts: ReadonlyArray<{ readonly status: KycStatus, readonly count: number }> };

export type CustomerHistoryQueryVariables = Exact<{
  customerId: string;
  first: number;
  after?: string | null | undefined;
}>;


export type CustomerHistoryQuery = { readonly kyc: { readonly firstSeenAt: string, readonly confirmedBy: { readonly source: KycSource, readonly by: string | null, readonly secondBy: string | null, readonly reason: string | null, readonly evidenceUrl: string | null, readonly at: string } | null, readonly history: { readonly nodes: ReadonlyArray<{ readonly customerId: string, readonly revision: number, readonly status: KycStatus, readonly rawStatus: string | null, readonly processingStatus: string | null, readonly rejectLabels: ReadonlyArray<string>, readonly endUserMessage: string | null, readonly nextAction: KycNextAction, readonly verified: boolean, readonly inDoubt: boolean, readonly cursor: string, readonly previousStatus: KycStatus | null, readonly reversal: boolean, readonly repeatsRevision: number | null, readonly possiblyLate: boolean, readonly source: KycSource, readonly receivedAt: string, readonly missingDocuments: ReadonlyArray<{ readonly type: string }>, readonly confirmedBy: { readonly source: KycSource, readonly by: string | null, readonly secondBy: string | null, readonly reason: string | null, readonly evidenceUrl: string | null, readonly at: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type UpdatesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type UpdatesSubscription = { readonly kycUpdates: { readonly customerId: string, readonly revision: number, readonly status: KycStatus, readonly rawStatus: string | null, readonly processingStatus: string | null, readonly rejectLabels: ReadonlyArray<string>, readonly endUserMessage: string | null, readonly nextAction: KycNextAction, readonly verified: boolean, readonly inDoubt: boolean, readonly cursor: string, readonly previousStatus: KycStatus | null, readonly reversal: boolean, readonly repeatsRevision: number | null, readonly possiblyLate: boolean, readonly source: KycSource, readonly receivedAt: string, readonly missingDocuments: ReadonlyArray<{ readonly type: string }>, readonly confirmedBy: { readonly source: KycSource, readonly by: string | null, readonly secondBy: string | null, readonly reason: string | null, readonly evidenceUrl: string | null, readonly at: string } | null } };

export type DeadLettersQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type DeadLettersQuery = { readonly kycDeadLetters: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly category: KycDeadLetterCategory, readonly reason: KycDeadLetterReason, readonly problems: ReadonlyArray<string>, readonly customerId: string | null, readonly body: unknown, readonly firstSeenAt: string, readonly lastSeenAt: string, readonly count: number }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type ReplayDeadLettersMutationVariables = Exact<{
  ids: ReadonlyArray<string> | string;
}>;


export type ReplayDeadLettersMutation = { readonly replayKycDeadLetters: ReadonlyArray<{ readonly id: string, readonly outcome: KycReplayOutcome }> };

export type UpdateDetailsQueryVariables = Exact<{
  customerId: string;
  after?: string | null | undefined;
}>;


export type UpdateDetailsQuery = { readonly kyc: { readonly history: { readonly nodes: ReadonlyArray<{ readonly revision: number, readonly requestId: string | null, readonly extra: unknown }> } } | null };

export type DiscardDeadLettersMutationVariables = Exact<{
  ids: ReadonlyArray<string> | string;
  reason?: string | null | undefined;
}>;


export type DiscardDeadLettersMutation = { readonly discardKycDeadLetters: ReadonlyArray<string> };

export type ConfirmCustomerMutationVariables = Exact<{
  customerId: string;
  revision: number;
  reason?: string | null | undefined;
  evidenceUrl?: string | null | undefined;
}>;


export type ConfirmCustomerMutation = { readonly confirmKyc: { readonly outcome: KycConfirmOutcome } };

export type CorrectCustomerMutationVariables = Exact<{
  customerId: string;
  revision: number;
  status: KycStatus;
  reason: string;
  evidenceUrl?: string | null | undefined;
}>;


export type CorrectCustomerMutation = { readonly correctKyc: { readonly outcome: KycCorrectOutcome } };

export type EraseCustomerMutationVariables = Exact<{
  customerId: string;
  reason?: string | null | undefined;
}>;


export type EraseCustomerMutation = { readonly eraseKyc: { readonly erasedUpdates: number, readonly erasedDeadLetters: number, readonly remains: string | null } };

export type RefreshCustomerMutationVariables = Exact<{
  customerId: string;
}>;


export type RefreshCustomerMutation = { readonly refreshKyc: { readonly outcome: KycRefreshOutcome } };

export type ConsumerFragment = { readonly name: string, readonly state: KycConsumerState, readonly error: string | null, readonly lagEntries: number, readonly lagSeconds: number, readonly retries: number, readonly deadLetterCount: number };

export type ConsumersQueryVariables = Exact<{ [key: string]: never; }>;


export type ConsumersQuery = { readonly kycConsumers: ReadonlyArray<{ readonly name: string, readonly state: KycConsumerState, readonly error: string | null, readonly lagEntries: number, readonly lagSeconds: number, readonly retries: number, readonly deadLetterCount: number }> };

export type ConsumerDeadLettersQueryVariables = Exact<{
  first: number;
}>;


export type ConsumerDeadLettersQuery = { readonly kycConsumers: ReadonlyArray<{ readonly name: string, readonly deadLetters: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly customerId: string, readonly attempts: number, readonly error: string, readonly failedAt: string, readonly update: { readonly revision: number, readonly status: KycStatus, readonly rawStatus: string | null } | null }>, readonly pageInfo: { readonly hasNextPage: boolean } } }> };

export type PauseConsumerMutationVariables = Exact<{
  name: string;
}>;


export type PauseConsumerMutation = { readonly pauseKycConsumer: { readonly name: string, readonly state: KycConsumerState, readonly error: string | null, readonly lagEntries: number, readonly lagSeconds: number, readonly retries: number, readonly deadLetterCount: number } };

export type ResumeConsumerMutationVariables = Exact<{
  name: string;
}>;


export type ResumeConsumerMutation = { readonly resumeKycConsumer: { readonly name: string, readonly state: KycConsumerState, readonly error: string | null, readonly lagEntries: number, readonly lagSeconds: number, readonly retries: number, readonly deadLetterCount: number } };

export type ResetConsumerMutationVariables = Exact<{
  name: string;
  to: string;
}>;


export type ResetConsumerMutation = { readonly resetKycConsumer: { readonly name: string, readonly state: KycConsumerState, readonly error: string | null, readonly lagEntries: number, readonly lagSeconds: number, readonly retries: number, readonly deadLetterCount: number } };

export type SkipConsumerUpdateMutationVariables = Exact<{
  name: string;
}>;


export type SkipConsumerUpdateMutation = { readonly skipKycConsumerUpdate: { readonly customerId: string } | null };

export type RemoveConsumerMutationVariables = Exact<{
  name: string;
}>;


export type RemoveConsumerMutation = { readonly removeKycConsumer: string };

export type ReplayConsumerDeadLettersMutationVariables = Exact<{
  ids: ReadonlyArray<string> | string;
}>;


export type ReplayConsumerDeadLettersMutation = { readonly replayKycConsumerDeadLetters: ReadonlyArray<string> };

export type DiscardConsumerDeadLettersMutationVariables = Exact<{
  ids: ReadonlyArray<string> | string;
  reason?: string | null | undefined;
}>;


export type DiscardConsumerDeadLettersMutation = { readonly discardKycConsumerDeadLetters: ReadonlyArray<string> };

export type RecordUpdateFragment = { readonly requestId?: string | null, readonly extra?: unknown, readonly customerId: string, readonly revision: number, readonly status: KycStatus, readonly rawStatus: string | null, readonly processingStatus: string | null, readonly rejectLabels: ReadonlyArray<string>, readonly endUserMessage: string | null, readonly nextAction: KycNextAction, readonly verified: boolean, readonly inDoubt: boolean, readonly cursor: string, readonly previousStatus: KycStatus | null, readonly reversal: boolean, readonly repeatsRevision: number | null, readonly possiblyLate: boolean, readonly source: KycSource, readonly receivedAt: string, readonly journalEntry: { readonly position: number, readonly digest: string } | null, readonly missingDocuments: ReadonlyArray<{ readonly type: string }>, readonly confirmedBy: { readonly source: KycSource, readonly by: string | null, readonly secondBy: string | null, readonly reason: string | null, readonly evidenceUrl: string | null, readonly at: string } | null };

export type CustomerRecordQueryVariables = Exact<{
  customerId: string;
  first: number;
  after?: string | null | undefined;
  isAdmin: boolean;
}>;


export type CustomerRecordQuery = { readonly kycJournalHead: { readonly position: number, readonly digest: string }, readonly kyc: { readonly firstSeenAt: string, readonly confirmedAt: string | null, readonly confirmedBy: { readonly source: KycSource, readonly by: string | null, readonly secondBy: string | null, readonly reason: string | null, readonly evidenceUrl: string | null, readonly at: string } | null, readonly history: { readonly nodes: ReadonlyArray<{ readonly requestId?: string | null, readonly extra?: unknown, readonly customerId: string, readonly revision: number, readonly status: KycStatus, readonly rawStatus: string | null, readonly processingStatus: string | null, readonly rejectLabels: ReadonlyArray<string>, readonly endUserMessage: string | null, readonly nextAction: KycNextAction, readonly verified: boolean, readonly inDoubt: boolean, readonly cursor: string, readonly previousStatus: KycStatus | null, readonly reversal: boolean, readonly repeatsRevision: number | null, readonly possiblyLate: boolean, readonly source: KycSource, readonly receivedAt: string, readonly journalEntry: { readonly position: number, readonly digest: string } | null, readonly missingDocuments: ReadonlyArray<{ readonly type: string }>, readonly confirmedBy: { readonly source: KycSource, readonly by: string | null, readonly secondBy: string | null, readonly reason: string | null, readonly evidenceUrl: string | null, readonly at: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export const KnownFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Known"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Kyc"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<KnownFragment, unknown>;
export const ConsumerFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Consumer"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConsumer"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"lagEntries"}},{"kind":"Field","name":{"kind":"Name","value":"lagSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"retries"}},{"kind":"Field","name":{"kind":"Name","value":"deadLetterCount"}}]}}]} as unknown as DocumentNode<ConsumerFragment, unknown>;
export const ConfirmationFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Confirmation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConfirmation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"secondBy"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceUrl"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}}]} as unknown as DocumentNode<ConfirmationFragment, unknown>;
export const UpdateFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Update"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"processingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"missingDocuments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rejectLabels"}},{"kind":"Field","name":{"kind":"Name","value":"endUserMessage"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"verified"}},{"kind":"Field","name":{"kind":"Name","value":"inDoubt"}},{"kind":"Field","name":{"kind":"Name","value":"confirmedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Confirmation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reversal"}},{"kind":"Field","name":{"kind":"Name","value":"repeatsRevision"}},{"kind":"Field","name":{"kind":"Name","value":"possiblyLate"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Confirmation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConfirmation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"secondBy"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceUrl"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}}]} as unknown as DocumentNode<UpdateFragment, unknown>;
export const RecordUpdateFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RecordUpdate"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Update"}},{"kind":"Field","name":{"kind":"Name","value":"journalEntry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"digest"}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"include"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"if"},"value":{"kind":"Variable","name":{"kind":"Name","value":"isAdmin"}}}]}]},{"kind":"Field","name":{"kind":"Name","value":"extra"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"include"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"if"},"value":{"kind":"Variable","name":{"kind":"Name","value":"isAdmin"}}}]}]}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Confirmation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConfirmation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"secondBy"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceUrl"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Update"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"processingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"missingDocuments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rejectLabels"}},{"kind":"Field","name":{"kind":"Name","value":"endUserMessage"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"verified"}},{"kind":"Field","name":{"kind":"Name","value":"inDoubt"}},{"kind":"Field","name":{"kind":"Name","value":"confirmedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Confirmation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reversal"}},{"kind":"Field","name":{"kind":"Name","value":"repeatsRevision"}},{"kind":"Field","name":{"kind":"Name","value":"possiblyLate"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}}]}}]} as unknown as DocumentNode<RecordUpdateFragment, unknown>;
export const CustomersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Customers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"KycFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycCustomers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latestUpdate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Update"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Confirmation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConfirmation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"secondBy"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceUrl"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Update"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"processingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"missingDocuments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rejectLabels"}},{"kind":"Field","name":{"kind":"Name","value":"endUserMessage"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"verified"}},{"kind":"Field","name":{"kind":"Name","value":"inDoubt"}},{"kind":"Field","name":{"kind":"Name","value":"confirmedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Confirmation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reversal"}},{"kind":"Field","name":{"kind":"Name","value":"repeatsRevision"}},{"kind":"Field","name":{"kind":"Name","value":"possiblyLate"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}}]}}]} as unknown as DocumentNode<CustomersQuery, CustomersQueryVariables>;
export const UpdatePageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UpdatePage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"KycUpdateFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycUpdates"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Update"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Confirmation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConfirmation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"secondBy"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceUrl"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Update"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"processingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"missingDocuments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rejectLabels"}},{"kind":"Field","name":{"kind":"Name","value":"endUserMessage"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"verified"}},{"kind":"Field","name":{"kind":"Name","value":"inDoubt"}},{"kind":"Field","name":{"kind":"Name","value":"confirmedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Confirmation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reversal"}},{"kind":"Field","name":{"kind":"Name","value":"repeatsRevision"}},{"kind":"Field","name":{"kind":"Name","value":"possiblyLate"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}}]}}]} as unknown as DocumentNode<UpdatePageQuery, UpdatePageQueryVariables>;
export const ReachedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Reached"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycUpdates"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"IntValue","value":"1"}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}}]}}]}}]}}]} as unknown as DocumentNode<ReachedQuery, ReachedQueryVariables>;
export const FindByPrefixDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FindByPrefix"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"prefix"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycCustomers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"customerIdPrefix"},"value":{"kind":"Variable","name":{"kind":"Name","value":"prefix"}}}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Known"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Known"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Kyc"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<FindByPrefixQuery, FindByPrefixQueryVariables>;
export const FindByIdsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FindByIds"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"customerIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycByCustomerIds"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"customerIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"customerIds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Known"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Known"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Kyc"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<FindByIdsQuery, FindByIdsQueryVariables>;
export const StatusCountsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StatusCounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycStatusCounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]} as unknown as DocumentNode<StatusCountsQuery, StatusCountsQueryVariables>;
export const CustomerHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CustomerHistory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kyc"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"customerId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"firstSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"confirmedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Confirmation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"history"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Update"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Confirmation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConfirmation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"secondBy"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceUrl"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Update"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"processingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"missingDocuments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rejectLabels"}},{"kind":"Field","name":{"kind":"Name","value":"endUserMessage"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"verified"}},{"kind":"Field","name":{"kind":"Name","value":"inDoubt"}},{"kind":"Field","name":{"kind":"Name","value":"confirmedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Confirmation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reversal"}},{"kind":"Field","name":{"kind":"Name","value":"repeatsRevision"}},{"kind":"Field","name":{"kind":"Name","value":"possiblyLate"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}}]}}]} as unknown as DocumentNode<CustomerHistoryQuery, CustomerHistoryQueryVariables>;
export const UpdatesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Updates"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycUpdates"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Update"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Confirmation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConfirmation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"secondBy"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceUrl"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Update"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"processingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"missingDocuments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rejectLabels"}},{"kind":"Field","name":{"kind":"Name","value":"endUserMessage"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"verified"}},{"kind":"Field","name":{"kind":"Name","value":"inDoubt"}},{"kind":"Field","name":{"kind":"Name","value":"confirmedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Confirmation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reversal"}},{"kind":"Field","name":{"kind":"Name","value":"repeatsRevision"}},{"kind":"Field","name":{"kind":"Name","value":"possiblyLate"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}}]}}]} as unknown as DocumentNode<UpdatesSubscription, UpdatesSubscriptionVariables>;
export const DeadLettersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DeadLetters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycDeadLetters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"problems"}},{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"firstSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<DeadLettersQuery, DeadLettersQueryVariables>;
export const ReplayDeadLettersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplayDeadLetters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayKycDeadLetters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}}]}}]}}]} as unknown as DocumentNode<ReplayDeadLettersMutation, ReplayDeadLettersMutationVariables>;
export const UpdateDetailsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UpdateDetails"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kyc"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"customerId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"history"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"extra"}}]}}]}}]}}]}}]} as unknown as DocumentNode<UpdateDetailsQuery, UpdateDetailsQueryVariables>;
export const DiscardDeadLettersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DiscardDeadLetters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reason"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"discardKycDeadLetters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}},{"kind":"Argument","name":{"kind":"Name","value":"reason"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reason"}}}]}]}}]} as unknown as DocumentNode<DiscardDeadLettersMutation, DiscardDeadLettersMutationVariables>;
export const ConfirmCustomerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ConfirmCustomer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"revision"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reason"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"evidenceUrl"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"confirmKyc"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"customerId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}}},{"kind":"Argument","name":{"kind":"Name","value":"revision"},"value":{"kind":"Variable","name":{"kind":"Name","value":"revision"}}},{"kind":"Argument","name":{"kind":"Name","value":"reason"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reason"}}},{"kind":"Argument","name":{"kind":"Name","value":"evidenceUrl"},"value":{"kind":"Variable","name":{"kind":"Name","value":"evidenceUrl"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outcome"}}]}}]}}]} as unknown as DocumentNode<ConfirmCustomerMutation, ConfirmCustomerMutationVariables>;
export const CorrectCustomerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CorrectCustomer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"revision"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"status"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"KycStatus"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reason"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"evidenceUrl"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"correctKyc"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"customerId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}}},{"kind":"Argument","name":{"kind":"Name","value":"revision"},"value":{"kind":"Variable","name":{"kind":"Name","value":"revision"}}},{"kind":"Argument","name":{"kind":"Name","value":"status"},"value":{"kind":"Variable","name":{"kind":"Name","value":"status"}}},{"kind":"Argument","name":{"kind":"Name","value":"reason"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reason"}}},{"kind":"Argument","name":{"kind":"Name","value":"evidenceUrl"},"value":{"kind":"Variable","name":{"kind":"Name","value":"evidenceUrl"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outcome"}}]}}]}}]} as unknown as DocumentNode<CorrectCustomerMutation, CorrectCustomerMutationVariables>;
export const EraseCustomerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EraseCustomer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reason"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eraseKyc"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"customerId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}}},{"kind":"Argument","name":{"kind":"Name","value":"reason"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reason"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"erasedUpdates"}},{"kind":"Field","name":{"kind":"Name","value":"erasedDeadLetters"}},{"kind":"Field","name":{"kind":"Name","value":"remains"}}]}}]}}]} as unknown as DocumentNode<EraseCustomerMutation, EraseCustomerMutationVariables>;
export const RefreshCustomerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RefreshCustomer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refreshKyc"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"customerId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outcome"}}]}}]}}]} as unknown as DocumentNode<RefreshCustomerMutation, RefreshCustomerMutationVariables>;
export const ConsumersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Consumers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycConsumers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Consumer"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Consumer"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConsumer"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"lagEntries"}},{"kind":"Field","name":{"kind":"Name","value":"lagSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"retries"}},{"kind":"Field","name":{"kind":"Name","value":"deadLetterCount"}}]}}]} as unknown as DocumentNode<ConsumersQuery, ConsumersQueryVariables>;
export const ConsumerDeadLettersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ConsumerDeadLetters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycConsumers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"deadLetters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"failedAt"}},{"kind":"Field","name":{"kind":"Name","value":"update"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ConsumerDeadLettersQuery, ConsumerDeadLettersQueryVariables>;
export const PauseConsumerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PauseConsumer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pauseKycConsumer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Consumer"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Consumer"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConsumer"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"lagEntries"}},{"kind":"Field","name":{"kind":"Name","value":"lagSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"retries"}},{"kind":"Field","name":{"kind":"Name","value":"deadLetterCount"}}]}}]} as unknown as DocumentNode<PauseConsumerMutation, PauseConsumerMutationVariables>;
export const ResumeConsumerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResumeConsumer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resumeKycConsumer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Consumer"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Consumer"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConsumer"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"lagEntries"}},{"kind":"Field","name":{"kind":"Name","value":"lagSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"retries"}},{"kind":"Field","name":{"kind":"Name","value":"deadLetterCount"}}]}}]} as unknown as DocumentNode<ResumeConsumerMutation, ResumeConsumerMutationVariables>;
export const ResetConsumerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResetConsumer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resetKycConsumer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Consumer"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Consumer"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConsumer"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"lagEntries"}},{"kind":"Field","name":{"kind":"Name","value":"lagSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"retries"}},{"kind":"Field","name":{"kind":"Name","value":"deadLetterCount"}}]}}]} as unknown as DocumentNode<ResetConsumerMutation, ResetConsumerMutationVariables>;
export const SkipConsumerUpdateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SkipConsumerUpdate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"skipKycConsumerUpdate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}}]}}]}}]} as unknown as DocumentNode<SkipConsumerUpdateMutation, SkipConsumerUpdateMutationVariables>;
export const RemoveConsumerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveConsumer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"removeKycConsumer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}]}]}}]} as unknown as DocumentNode<RemoveConsumerMutation, RemoveConsumerMutationVariables>;
export const ReplayConsumerDeadLettersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplayConsumerDeadLetters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayKycConsumerDeadLetters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}]}]}}]} as unknown as DocumentNode<ReplayConsumerDeadLettersMutation, ReplayConsumerDeadLettersMutationVariables>;
export const DiscardConsumerDeadLettersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DiscardConsumerDeadLetters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reason"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"discardKycConsumerDeadLetters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}},{"kind":"Argument","name":{"kind":"Name","value":"reason"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reason"}}}]}]}}]} as unknown as DocumentNode<DiscardConsumerDeadLettersMutation, DiscardConsumerDeadLettersMutationVariables>;
export const CustomerRecordDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CustomerRecord"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"isAdmin"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kycJournalHead"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"digest"}}]}},{"kind":"Field","name":{"kind":"Name","value":"kyc"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"customerId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"firstSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"confirmedAt"}},{"kind":"Field","name":{"kind":"Name","value":"confirmedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Confirmation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"history"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RecordUpdate"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Confirmation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycConfirmation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"secondBy"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceUrl"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Update"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"processingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"missingDocuments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rejectLabels"}},{"kind":"Field","name":{"kind":"Name","value":"endUserMessage"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"verified"}},{"kind":"Field","name":{"kind":"Name","value":"inDoubt"}},{"kind":"Field","name":{"kind":"Name","value":"confirmedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Confirmation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reversal"}},{"kind":"Field","name":{"kind":"Name","value":"repeatsRevision"}},{"kind":"Field","name":{"kind":"Name","value":"possiblyLate"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RecordUpdate"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"KycUpdate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Update"}},{"kind":"Field","name":{"kind":"Name","value":"journalEntry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"digest"}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"include"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"if"},"value":{"kind":"Variable","name":{"kind":"Name","value":"isAdmin"}}}]}]},{"kind":"Field","name":{"kind":"Name","value":"extra"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"include"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"if"},"value":{"kind":"Variable","name":{"kind":"Name","value":"isAdmin"}}}]}]}]}}]} as unknown as DocumentNode<CustomerRecordQuery, CustomerRecordQueryVariables>;