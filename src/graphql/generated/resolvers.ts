import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { CustomerSource, DocumentSource } from '../resolvers/state.ts';
import type { KycUpdate as UpdateEntry } from '../../domain/update.ts';
import type { Confirmation } from '../../domain/trust.ts';
import type { Acknowledgement } from '../../domain/attention.ts';
import type { AttentionItem } from '../../admin/attention.ts';
import type { PendingDecision } from '../../journal/pending-decisions.ts';
import type { NodeSource } from '../resolvers/node.ts';
import type { ConsumerStatus } from '../../consumers/actions.ts';
import type { ConsumerDeadLetter } from '../../journal/consumers.ts';
import type { StoredAuditEntry } from '../../journal/audit-log.ts';
import type { DeadLetter } from '../../journal/dead-letters.ts';
import type { ReplayResult } from '../../admin/replay.ts';
import type { OperationContext } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A point in time: RFC 3339 in UTC with milliseconds, for example `2026-01-31T12:00:00.000Z`. */
  DateTime: { input: number; output: number; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
};

/** The result of `acknowledgeKycUpdate`. */
export type AcknowledgeKycUpdatePayload = {
  readonly __typename?: 'AcknowledgeKycUpdatePayload';
  /** What the acknowledgement changed. */
  readonly outcome: KycAcknowledgeOutcome;
  /** The update after it. */
  readonly update: KycUpdate;
};

/** The result of `confirmKyc`. */
export type ConfirmKycPayload = {
  readonly __typename?: 'ConfirmKycPayload';
  /** The customer's KYC after it. */
  readonly kyc: Kyc;
  /** What the confirmation changed. */
  readonly outcome: KycConfirmOutcome;
};

/** The result of `correctKyc`. */
export type CorrectKycPayload = {
  readonly __typename?: 'CorrectKycPayload';
  /** The customer's KYC after it. */
  readonly kyc: Kyc;
  /** What the correction changed. */
  readonly outcome: KycCorrectOutcome;
};

/** The result of `eraseKyc`. */
export type EraseKycPayload = {
  readonly __typename?: 'EraseKycPayload';
  /** How many dead letters were deleted. */
  readonly erasedDeadLetters: Scalars['Int']['output'];
  /** How many updates were erased. 0 when nothing was stored about the customer. */
  readonly erasedUpdates: Scalars['Int']['output'];
  /** The journal position and digest of the erasure's own record. Null when there was nothing to erase. */
  readonly record?: Maybe<KycJournalHead>;
  /** What you still have to do to remove the content from the database's files. Null when nothing remains to be done. */
  readonly remains?: Maybe<Scalars['String']['output']>;
};

/** A customer's current KYC: their latest update. */
export type Kyc = KycState & Node & {
  readonly __typename?: 'Kyc';
  /** True when XGateway's API, or a person who has checked, confirmed this revision. */
  readonly confirmed: Scalars['Boolean']['output'];
  /** When XGateway's API last confirmed the latest update. Null when it has not. */
  readonly confirmedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The latest confirmation. Null when there is none. */
  readonly confirmedBy?: Maybe<KycConfirmation>;
  /** The customer's ID in the merchant's own system. */
  readonly customerId: Scalars['ID']['output'];
  /** Why it is in doubt. Null when it is not, and when read with a customer's own token. */
  readonly doubtReason?: Maybe<KycDoubtReason>;
  /** XGateway's message for the end user. */
  readonly endUserMessage?: Maybe<Scalars['String']['output']>;
  /** When the customer's first update was received. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** The customer's updates, newest first. */
  readonly history: KycUpdateConnection;
  /**
   * Identifies this customer's KYC among all objects: opaque, and the same for as long as the customer exists. What was read with `asOf`
   * has an ID of its own, so that a client's cache does not take it for the current state.
   */
  readonly id: Scalars['ID']['output'];
  /** True for a `FULL_USER` that waits for a confirmation (see `KycState.inDoubt`). */
  readonly inDoubt: Scalars['Boolean']['output'];
  /** The latest update. A stream that is started after its cursor delivers every later one. */
  readonly latestUpdate: KycUpdate;
  /** The documents that XGateway is waiting for. */
  readonly missingDocuments: ReadonlyArray<KycDocument>;
  /** What the customer has to do next. */
  readonly nextAction: KycNextAction;
  /**
   * What one person decided about this revision and a second one has to agree with (`CONFIRM_REQUIRES_TWO`). Null when nothing is pending,
   * with `asOf`, and when read with a customer's own token.
   */
  readonly pendingDecision?: Maybe<KycPendingDecision>;
  /** XGateway's processing step, as sent, for example `VERIFICATION_IN_PROGRESS`. Older XGateway releases don't send it. */
  readonly processingStatus?: Maybe<Scalars['String']['output']>;
  /** The status as XGateway sent it. Null when XGateway sent null. */
  readonly rawStatus?: Maybe<Scalars['String']['output']>;
  /** Why XGateway rejected the customer, for example `BAD_SELFIE`. New values may appear. */
  readonly rejectLabels: ReadonlyArray<Scalars['String']['output']>;
  /** The revision of the latest update. */
  readonly revision: Scalars['Int']['output'];
  /** The status. `UNRECOGNIZED` when this release does not know it. */
  readonly status: KycStatus;
  /** When the latest update was received. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** True for a `FULL_USER` that is not in doubt (see `KycState.verified`). */
  readonly verified: Scalars['Boolean']['output'];
};


/** A customer's current KYC: their latest update. */
export type KycHistoryArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What a person's acknowledgement can change. */
export type KycAcknowledgeOutcome =
  /** It was recorded. */
  | 'ACKNOWLEDGED'
  /** The update did not wait for a person, or somebody had acknowledged it already. */
  | 'UNCHANGED';

/** Who acknowledged an update that waited for a person: with `acknowledgeKycUpdate`, or with a decision about its customer. */
export type KycAcknowledgement = {
  readonly __typename?: 'KycAcknowledgement';
  /** When it was acknowledged. */
  readonly at: Scalars['DateTime']['output'];
  /** The subject of the person's token. */
  readonly by: Scalars['String']['output'];
  /** Where the evidence is: an http or https URL. Null without one. */
  readonly evidenceUrl?: Maybe<Scalars['String']['output']>;
  /** The reason that the person gave. Null without one. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** The subject of the second person's token, where two decided. Null otherwise. */
  readonly secondBy?: Maybe<Scalars['String']['output']>;
  /** Where the second person's evidence is. Null without any. */
  readonly secondEvidenceUrl?: Maybe<Scalars['String']['output']>;
  /** The reason that the second person gave. Null without one. */
  readonly secondReason?: Maybe<Scalars['String']['output']>;
};

/** What waits for a person, oldest first. */
export type KycAttentionConnection = {
  readonly __typename?: 'KycAttentionConnection';
  /** The items on this page, each with a cursor. */
  readonly edges: ReadonlyArray<KycAttentionEdge>;
  /** The items on this page. */
  readonly nodes: ReadonlyArray<KycAttentionItem>;
  /** Whether there is another page, and the cursor where it starts. */
  readonly pageInfo: PageInfo;
  /**
   * How many items there are on all pages: exact up to 10,000, and 10,000 for more. With `first: 0` it is all that is read: a cheap way to
   * notice that the list has changed.
   */
  readonly totalCount: Scalars['Int']['output'];
};

/** An item in the list of what waits for a person. */
export type KycAttentionEdge = {
  readonly __typename?: 'KycAttentionEdge';
  /** This item's position in the list, for `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The item. */
  readonly node: KycAttentionItem;
};

/** Something that waits for a person. */
export type KycAttentionItem = {
  readonly __typename?: 'KycAttentionItem';
  /** The consumer that stopped. Null unless the kind is `CONSUMER_STOPPED`. */
  readonly consumer?: Maybe<KycConsumer>;
  /** How many dead letters there are. 1 for everything else. */
  readonly count: Scalars['Int']['output'];
  /** The customer. Null when it is not about one. */
  readonly customerId?: Maybe<Scalars['ID']['output']>;
  /** Why the dead letters were not recorded. Null unless the kind is `DEAD_LETTERS`. */
  readonly deadLetterReason?: Maybe<KycDeadLetterReason>;
  /** Identifies the item, for as long as it waits. Opaque. */
  readonly id: Scalars['ID']['output'];
  /** Why it waits: of the kinds that were requested, at least one. Only an update can have several. */
  readonly kinds: ReadonlyArray<KycAttentionKind>;
  /** What a first person decided and a second one has to agree with. Null unless one of the `kinds` is `PENDING_SECOND_PERSON`. */
  readonly pendingDecision?: Maybe<KycPendingDecision>;
  /** Since when: of an update, when it was recorded. */
  readonly since: Scalars['DateTime']['output'];
  /**
   * The update that waits: the customer's latest one for `IN_DOUBT` and `PENDING_SECOND_PERSON`, else the one to acknowledge. Null when it is
   * not about an update.
   */
  readonly update?: Maybe<KycUpdate>;
};

/** Why something waits for a person, and what ends it. */
export type KycAttentionKind =
  /** Calls to XGateway's API are paused on the instance that answers, because they failed. Ends with one that succeeds. */
  | 'API_PAUSED'
  /** An error has stopped a named consumer. Ends when it runs again. Needs the scope `kyc:admin`. */
  | 'CONSUMER_STOPPED'
  /** There are dead letters with one reason. Ends when they are replayed or discarded. Needs the scope `kyc:admin`. */
  | 'DEAD_LETTERS'
  /** A `FULL_USER` is in doubt. Ends when XGateway's API or a person settles it (`confirmKyc`, `correctKyc`). */
  | 'IN_DOUBT'
  /** A person's decision needs a second person. Ends with the second, when it is withdrawn, or when the customer changes. */
  | 'PENDING_SECOND_PERSON'
  /** An update is probably a delayed retry. Ends when it is acknowledged. */
  | 'POSSIBLY_LATE'
  /** An update took `FULL_USER` away. Ends when it is acknowledged. */
  | 'REVERSAL'
  /** The status of an update is not one that this release knows. Ends when it is acknowledged. */
  | 'UNRECOGNIZED_STATUS';

/** What one person did: one entry an operation. Deleted when its retention ends. */
export type KycAuditEntry = {
  readonly __typename?: 'KycAuditEntry';
  /** When the operation began. */
  readonly at: Scalars['DateTime']['output'];
  /** The codes of its errors. */
  readonly codes: ReadonlyArray<Scalars['String']['output']>;
  /**
   * The customers whose data it opened or changed, at most 1,000. A mutation that changed more has further entries with the same time and
   * request, which name the rest. Of a subscription to every customer: none.
   */
  readonly customerIds: ReadonlyArray<Scalars['ID']['output']>;
  /**
   * Customers who were erased since: `erased-` and the position of the journal entry that records the erasure. The same customer has the same
   * replacement in every entry.
   */
  readonly erasedCustomers: ReadonlyArray<Scalars['String']['output']>;
  /** The fields of `Query`, `Mutation` or `Subscription` that it asked for. */
  readonly fields: ReadonlyArray<Scalars['String']['output']>;
  /** The ID of this entry. */
  readonly id: Scalars['ID']['output'];
  /** The kind of the operation. */
  readonly operation: KycAuditOperation;
  /** The operation's name, as its client chose it. */
  readonly operationName?: Maybe<Scalars['String']['output']>;
  /** How the operation ended. */
  readonly outcome: KycAuditOutcome;
  /** The person. */
  readonly person: KycPerson;
  /** The ID of the HTTP request, as the log and the journal have it. Null over WebSocket. */
  readonly requestId?: Maybe<Scalars['String']['output']>;
};

/** Entries of the audit log, newest first. */
export type KycAuditLogConnection = {
  readonly __typename?: 'KycAuditLogConnection';
  /** The entries on this page, each with a cursor. */
  readonly edges: ReadonlyArray<KycAuditLogEdge>;
  /** The entries on this page. */
  readonly nodes: ReadonlyArray<KycAuditEntry>;
  /** Whether there is another page, and the cursor where it starts. */
  readonly pageInfo: PageInfo;
};

/** An entry of the audit log in a list. */
export type KycAuditLogEdge = {
  readonly __typename?: 'KycAuditLogEdge';
  /** This entry's position in the list, for `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The entry. */
  readonly node: KycAuditEntry;
};

/** Selects entries of the audit log. Conditions combine: an entry must meet all of them. */
export type KycAuditLogFilter = {
  /** Only operations that opened or changed this customer's data. */
  readonly customerId?: InputMaybe<Scalars['ID']['input']>;
  /** Only operations that began at this time or later. */
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only operations of the person who was called this. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Only operations of the person with this subject. */
  readonly subject?: InputMaybe<Scalars['String']['input']>;
  /** Only operations that began before this time. */
  readonly to?: InputMaybe<Scalars['DateTime']['input']>;
};

/** The kinds of operations. */
export type KycAuditOperation =
  /** Something was decided or changed. */
  | 'MUTATION'
  /** Data was read. */
  | 'QUERY'
  /** Updates were followed as they arrived. The entry is from the beginning of the subscription. */
  | 'SUBSCRIPTION';

/** How an operation of the audit log ended. */
export type KycAuditOutcome =
  /** Without an error. */
  | 'DONE'
  /** With errors: `codes` has theirs. Other fields of the same operation may have succeeded. */
  | 'FAILED'
  /**
   * A mutation began, and nothing says how it ended: it is in progress, or the server stopped at that moment. The journal says whether it
   * was done.
   */
  | 'UNKNOWN';

/** What a person's confirmation can change. */
export type KycConfirmOutcome =
  /** A new update was recorded: the customer is verified now. */
  | 'APPLIED'
  /** Nothing was recorded yet: a second person has to decide the same (`Kyc.pendingDecision`). */
  | 'PENDING_SECOND_PERSON'
  /** The customer was not waiting for a confirmation. */
  | 'UNCHANGED';

/** Who confirmed a customer's KYC, when and why. */
export type KycConfirmation = {
  readonly __typename?: 'KycConfirmation';
  /** When it was confirmed. */
  readonly at: Scalars['DateTime']['output'];
  /** The subject of the person's token. Null for `API`, and when read with a customer's own token. */
  readonly by?: Maybe<Scalars['String']['output']>;
  /** Where the evidence is: an http or https URL. Null without one, and when read with a customer's own token. */
  readonly evidenceUrl?: Maybe<Scalars['String']['output']>;
  /** The reason that the person gave. Null without one, and when read with a customer's own token. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** The subject of the second person's token, where two are required. Null otherwise, and when read with a customer's own token. */
  readonly secondBy?: Maybe<Scalars['String']['output']>;
  /** Where the second person's evidence is. Null without any, and when read with a customer's own token. */
  readonly secondEvidenceUrl?: Maybe<Scalars['String']['output']>;
  /** The reason that the second person gave. Null without one, and when read with a customer's own token. */
  readonly secondReason?: Maybe<Scalars['String']['output']>;
  /** `API`: XGateway's API. `STAFF`: a person. `IMPORT`: the application's own code, which vouched for it. */
  readonly source: KycSource;
};

/** Customers, most recently changed first. */
export type KycConnection = {
  readonly __typename?: 'KycConnection';
  /**
   * The journal cursor of the moment at which this page was read. `kycUpdates(after:)` with the `asOf` of the first page delivers every
   * update that arrived while you paged.
   */
  readonly asOf: Scalars['String']['output'];
  /** The customers on this page, each with a cursor. */
  readonly edges: ReadonlyArray<KycEdge>;
  /** The customers on this page. */
  readonly nodes: ReadonlyArray<Kyc>;
  /** Whether there is another page, and the cursor where it starts. */
  readonly pageInfo: PageInfo;
};

/** A named consumer: application code that handles every update at least once, on one instance at a time. */
export type KycConsumer = {
  readonly __typename?: 'KycConsumer';
  /** The cursor of the entry up to which every update is handled, being retried, or a dead letter. */
  readonly cursor: Scalars['String']['output'];
  /** How many dead letters it has. */
  readonly deadLetterCount: Scalars['Int']['output'];
  /** The updates that it gave up on, newest first. */
  readonly deadLetters: KycConsumerDeadLetterConnection;
  /** Why it stopped. Null unless it is `STOPPED`. */
  readonly error?: Maybe<Scalars['String']['output']>;
  /** How many entries of the journal are after it. 0 when none of them is an update. */
  readonly lagEntries: Scalars['Float']['output'];
  /** How long ago the first update after it was recorded, in seconds. 0 when there is none. */
  readonly lagSeconds: Scalars['Float']['output'];
  /** The name that the application's code gave it. */
  readonly name: Scalars['String']['output'];
  /** How many updates are being retried, or wait behind one of the same customer that is. */
  readonly retries: Scalars['Int']['output'];
  /** Whether it runs. */
  readonly state: KycConsumerState;
};


/** A named consumer: application code that handles every update at least once, on one instance at a time. */
export type KycConsumerDeadLettersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** An update that a consumer gave up on. */
export type KycConsumerDeadLetter = {
  readonly __typename?: 'KycConsumerDeadLetter';
  /** How often it was tried. */
  readonly attempts: Scalars['Int']['output'];
  /** The consumer's name. */
  readonly consumer: Scalars['String']['output'];
  /** The customer that the update is about. */
  readonly customerId: Scalars['ID']['output'];
  /** What the last attempt failed with: at most 500 characters. */
  readonly error: Scalars['String']['output'];
  /** When the consumer gave up on it. */
  readonly failedAt: Scalars['DateTime']['output'];
  /** The ID of this dead letter. */
  readonly id: Scalars['ID']['output'];
  /** The update. Null when it was erased. */
  readonly update?: Maybe<KycUpdate>;
};

/** Dead letters of a consumer, newest first. */
export type KycConsumerDeadLetterConnection = {
  readonly __typename?: 'KycConsumerDeadLetterConnection';
  /** The dead letters on this page, each with a cursor. */
  readonly edges: ReadonlyArray<KycConsumerDeadLetterEdge>;
  /** The dead letters on this page. */
  readonly nodes: ReadonlyArray<KycConsumerDeadLetter>;
  /** Whether there is another page, and the cursor where it starts. */
  readonly pageInfo: PageInfo;
};

/** A dead letter of a consumer in a list. */
export type KycConsumerDeadLetterEdge = {
  readonly __typename?: 'KycConsumerDeadLetterEdge';
  /** This dead letter's position in the list, for `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The dead letter. */
  readonly node: KycConsumerDeadLetter;
};

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

/** A callback that was not recorded, kept so that it can be recorded later. */
export type KycDeadLetter = {
  readonly __typename?: 'KycDeadLetter';
  /**
   * The callback as it was sent, without its hash. A refused callback that is too large, and a body that is not a JSON object, is a string
   * with the first 4 KiB. A genuine callback nested deeper than 500 levels is a string with all of its text.
   */
  readonly body: Scalars['JSON']['output'];
  /** The category that it is kept in. */
  readonly category: KycDeadLetterCategory;
  /** How often it was received. */
  readonly count: Scalars['Int']['output'];
  /** The customer that the callback names. Null when it names none or the value is not a valid ID. */
  readonly customerId?: Maybe<Scalars['ID']['output']>;
  /** When it was first received. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** The ID of this dead letter. */
  readonly id: Scalars['ID']['output'];
  /** When the same callback was last received. */
  readonly lastSeenAt: Scalars['DateTime']['output'];
  /** The fields that were not understood, each with what was expected. Empty for a refused callback. */
  readonly problems: ReadonlyArray<Scalars['String']['output']>;
  /** Why it was not recorded. */
  readonly reason: KycDeadLetterReason;
};

/** The categories of callbacks that were not recorded. */
export type KycDeadLetterCategory =
  /** Genuine, but not understood by this release. Never evicted. Answered 202, or 503 when the customer has 100 of them already. */
  | 'GENUINE'
  /** Refused. At most 1,000 dead letters and 16 MiB. When full, the sender or customer with the most loses one. */
  | 'REFUSED';

/** Dead letters, newest first. */
export type KycDeadLetterConnection = {
  readonly __typename?: 'KycDeadLetterConnection';
  /** The dead letters on this page, each with a cursor. */
  readonly edges: ReadonlyArray<KycDeadLetterEdge>;
  /** The dead letters on this page. */
  readonly nodes: ReadonlyArray<KycDeadLetter>;
  /** Whether there is another page, and the cursor where it starts. */
  readonly pageInfo: PageInfo;
};

/** A dead letter in a list. */
export type KycDeadLetterEdge = {
  readonly __typename?: 'KycDeadLetterEdge';
  /** This dead letter's position in the list, for `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The dead letter. */
  readonly node: KycDeadLetter;
};

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

/** A document that XGateway requires. */
export type KycDocument = {
  readonly __typename?: 'KycDocument';
  /**
   * XGateway's name for the document, as sent. Known: `PASSPORT`, `DRIVERS`, `ID_CARD`, `RESIDENCE_PERMIT`, `SELFIE`,
   * `UTILITY_BILL`. New values may appear.
   */
  readonly type: Scalars['String']['output'];
};

/** Why a `FULL_USER` is in doubt. */
export type KycDoubtReason =
  /** XGateway's API denied it. */
  | 'DENIAL'
  /** The application's own code recorded it and did not vouch for it. */
  | 'IMPORT'
  /** The customer was `FULL_USER` before, and XGateway took it away. */
  | 'REVERSAL'
  /** Nothing speaks against it: it waits for its first confirmation (`REQUIRE_CONFIRMATION`). */
  | 'UNCONFIRMED';

/** Durations from the limit of the range before, up to a limit. */
export type KycDurationRange = {
  readonly __typename?: 'KycDurationRange';
  /** How many customers. */
  readonly count: Scalars['Int']['output'];
  /** The limit in seconds. Null for the last range, which has none. */
  readonly upToSeconds?: Maybe<Scalars['Float']['output']>;
};

/** How long something took, for many customers. */
export type KycDurations = {
  readonly __typename?: 'KycDurations';
  /** How many customers. */
  readonly count: Scalars['Int']['output'];
  /** Half of them took at most so many seconds: the upper limit of the range that the median is in. Null without customers. */
  readonly medianSeconds?: Maybe<Scalars['Float']['output']>;
  /** Nine in ten took at most so many seconds, likewise. Null without customers. */
  readonly p90Seconds?: Maybe<Scalars['Float']['output']>;
  /** How many customers took how long: each range, the shortest first. */
  readonly ranges: ReadonlyArray<KycDurationRange>;
};

/** A customer in a list. */
export type KycEdge = {
  readonly __typename?: 'KycEdge';
  /** This customer's position in the list, for `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The customer's KYC. */
  readonly node: Kyc;
};

/** Selects customers: every condition has to hold. One that is omitted or null does not restrict. */
export type KycFilter = {
  /** Only customers with an update after this cursor (of an update, or an `asOf`). */
  readonly changedAfter?: InputMaybe<Scalars['String']['input']>;
  /** Only customers whose latest update was received at this time or later (`Kyc.updatedAt`). */
  readonly changedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only customers whose latest update was received before this time (`Kyc.updatedAt`). */
  readonly changedTo?: InputMaybe<Scalars['DateTime']['input']>;
  /**
   * Only customers whose ID begins with this text, compared character by character: `a` and `A` differ. At most 256 characters; the empty
   * text does not restrict.
   */
  readonly customerIdPrefix?: InputMaybe<Scalars['String']['input']>;
  /** Only customers who are in doubt (true), or only those who are not (false). */
  readonly inDoubt?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only customers whose latest update takes `FULL_USER` away (true), or only the others (false). */
  readonly reversed?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only customers who currently have one of these statuses. An empty list selects none. */
  readonly statuses?: InputMaybe<ReadonlyArray<KycStatus>>;
  /** Only customers who are verified (true), or only those who are not (false). */
  readonly verified?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A position in the journal, with the digest of everything up to it. */
export type KycJournalHead = {
  readonly __typename?: 'KycJournalHead';
  /** The digest, in hexadecimal. */
  readonly digest: Scalars['String']['output'];
  /** The position. */
  readonly position: Scalars['Float']['output'];
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

/**
 * What one person decided where two are required (`CONFIRM_REQUIRES_TWO`). It changes nothing until a second person decides the same. It
 * lapses when the customer has a new revision.
 */
export type KycPendingDecision = {
  readonly __typename?: 'KycPendingDecision';
  /** When the first person decided. */
  readonly at: Scalars['DateTime']['output'];
  /** The subject of the first person's token. */
  readonly by: Scalars['String']['output'];
  /** The customer. */
  readonly customerId: Scalars['ID']['output'];
  /** Where the evidence is: an http or https URL. Null without one. */
  readonly evidenceUrl?: Maybe<Scalars['String']['output']>;
  /** Whether the caller is the first person, by the subject of their token: somebody else has to agree then. */
  readonly own: Scalars['Boolean']['output'];
  /** The reason that the first person gave. Null without one. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** The revision that it is about: the customer's latest. */
  readonly revision: Scalars['Int']['output'];
  /** The status that would be verified. */
  readonly status: KycStatus;
};

/** A person who signed in. */
export type KycPerson = {
  readonly __typename?: 'KycPerson';
  /** The issuer of the subject. */
  readonly issuer?: Maybe<Scalars['String']['output']>;
  /** What they were called at the time of the operation. Decisions carry this name. */
  readonly name: Scalars['String']['output'];
  /** Identifies the person at the issuer. */
  readonly subject: Scalars['String']['output'];
};

/** What an answer of XGateway's API can change. */
export type KycRefreshOutcome =
  /** A new update was recorded: XGateway reports something new, confirms a `FULL_USER` that was in doubt, or denies a `FULL_USER`. */
  | 'APPLIED'
  /** XGateway reports what was already recorded. Only `confirmedAt` has changed. */
  | 'UNCHANGED'
  /** Neither XGateway nor this gateway knows the customer. Nothing was recorded. */
  | 'UNKNOWN_TO_XGATEWAY';

/** How often a reason to reject was given. */
export type KycRejectLabelCount = {
  readonly __typename?: 'KycRejectLabelCount';
  /** How many updates. */
  readonly count: Scalars['Int']['output'];
  /** The reason as sent, at most 64 characters of it. Null for all those that came after a day had 200 different ones. */
  readonly label?: Maybe<Scalars['String']['output']>;
};

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

/** The result of replaying one dead letter. */
export type KycReplayResult = {
  readonly __typename?: 'KycReplayResult';
  /** The ID of the dead letter. */
  readonly id: Scalars['ID']['output'];
  /** What the replay did. */
  readonly outcome: KycReplayOutcome;
  /** The update that was recorded. Null when there was none. */
  readonly update?: Maybe<KycUpdate>;
};

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

/** A customer's KYC at one point in time: now (`Kyc`), or when an update was recorded (`KycUpdate`). */
export type KycState = {
  /** True when XGateway's API, or a person who has checked, confirmed it. */
  readonly confirmed: Scalars['Boolean']['output'];
  /** The confirmation. Null when there is none. It stays valid through later updates, as long as the customer is `FULL_USER`. */
  readonly confirmedBy?: Maybe<KycConfirmation>;
  /** The customer's ID in the merchant's own system. */
  readonly customerId: Scalars['ID']['output'];
  /** Why it is in doubt. Null when it is not, and when read with a customer's own token. */
  readonly doubtReason?: Maybe<KycDoubtReason>;
  /** XGateway's message for the end user. */
  readonly endUserMessage?: Maybe<Scalars['String']['output']>;
  /**
   * True for a `FULL_USER` that is waiting for XGateway's API or a person to confirm it: after a reversal, after XGateway's API has
   * denied it, and with `REQUIRE_CONFIRMATION` always. Don't treat such a customer as verified. No callback ends a doubt.
   */
  readonly inDoubt: Scalars['Boolean']['output'];
  /** The documents that XGateway is waiting for. */
  readonly missingDocuments: ReadonlyArray<KycDocument>;
  /** What the customer has to do next. */
  readonly nextAction: KycNextAction;
  /** XGateway's processing step, as sent, for example `VERIFICATION_IN_PROGRESS`. Older XGateway releases don't send it. */
  readonly processingStatus?: Maybe<Scalars['String']['output']>;
  /** The status as XGateway sent it. Null when XGateway sent null. */
  readonly rawStatus?: Maybe<Scalars['String']['output']>;
  /** Why XGateway rejected the customer, for example `BAD_SELFIE`. New values may appear. */
  readonly rejectLabels: ReadonlyArray<Scalars['String']['output']>;
  /** Counts the customer's updates: 1, 2, 3, … without a gap. */
  readonly revision: Scalars['Int']['output'];
  /** The status. `UNRECOGNIZED` when this release does not know it. */
  readonly status: KycStatus;
  /** True for a `FULL_USER` that is not in doubt: the one field to act on. */
  readonly verified: Scalars['Boolean']['output'];
};

/** What happened in a range of days, in UTC. Kept day by day as updates are recorded, so it costs the same for any number of customers. */
export type KycStatistics = {
  readonly __typename?: 'KycStatistics';
  /** Each day of the range, oldest first: 400 at most. */
  readonly days: ReadonlyArray<KycStatisticsDay>;
  /** The first day. */
  readonly from: Scalars['DateTime']['output'];
  /**
   * The reasons that came with `SOFT_KYC_FAILED` and `HARD_KYC_FAILED` in the range, the most frequent first: 100 at most. An update counts
   * once for each of its first ten labels.
   */
  readonly rejectLabels: ReadonlyArray<KycRejectLabelCount>;
  /**
   * How long customers took from their first update to their first `FULL_USER`, of those who reached it in the range. Customers whose first
   * update is a `FULL_USER` are left out.
   */
  readonly timeToFullUser: KycDurations;
  /** The end of the last day. */
  readonly to: Scalars['DateTime']['output'];
};

/** One day, in UTC. */
export type KycStatisticsDay = {
  readonly __typename?: 'KycStatisticsDay';
  /** When the day began. */
  readonly day: Scalars['DateTime']['output'];
  /** Each status that customers got or had on this day. Statuses without customers are omitted. */
  readonly statuses: ReadonlyArray<KycStatisticsStatus>;
};

/** One status on one day. */
export type KycStatisticsStatus = {
  readonly __typename?: 'KycStatisticsStatus';
  /** How many customers had it at the end of the day. */
  readonly customers: Scalars['Int']['output'];
  /** How many updates moved a customer to it on this day. */
  readonly entered: Scalars['Int']['output'];
  /** The status. Statuses that this release does not know are counted together as `UNRECOGNIZED`. */
  readonly status: KycStatus;
};

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

/** How many customers currently have one status. */
export type KycStatusCount = {
  readonly __typename?: 'KycStatusCount';
  /** The number of customers whose latest update has this status. */
  readonly count: Scalars['Int']['output'];
  /** The status. Statuses that this release does not know are counted together as `UNRECOGNIZED`. */
  readonly status: KycStatus;
};

/** One change of a customer's KYC. Immutable. */
export type KycUpdate = KycState & Node & {
  readonly __typename?: 'KycUpdate';
  /** Who acknowledged it. Null when nobody did, when it did not wait for a person, and when read with a customer's own token. */
  readonly acknowledgedBy?: Maybe<KycAcknowledgement>;
  /** True when the update itself came from XGateway's API, or from a person who has checked. */
  readonly confirmed: Scalars['Boolean']['output'];
  /** The confirmation of this update, or of the `FULL_USER` that it continues. Null when there was none at the time. */
  readonly confirmedBy?: Maybe<KycConfirmation>;
  /** Identifies this update. A stream that is started `after` it delivers every later one. */
  readonly cursor: Scalars['String']['output'];
  /** The customer's ID in the merchant's own system. */
  readonly customerId: Scalars['ID']['output'];
  /** Why it was in doubt when it was recorded. Null when it was not, and when read with a customer's own token. */
  readonly doubtReason?: Maybe<KycDoubtReason>;
  /** XGateway's message for the end user. */
  readonly endUserMessage?: Maybe<Scalars['String']['output']>;
  /**
   * The fields in the report that this release does not know, as sent. Null when there are none. With `source: STAFF`, who
   * confirmed; with `IMPORT`, who imported. Needs the scope `kyc:admin`.
   */
  readonly extra?: Maybe<Scalars['JSON']['output']>;
  /** Identifies this update among all objects. Opaque. */
  readonly id: Scalars['ID']['output'];
  /** True for a `FULL_USER` that was waiting for a confirmation when it was recorded (see `KycState.inDoubt`). */
  readonly inDoubt: Scalars['Boolean']['output'];
  /**
   * Its position in the journal, with the digest of everything up to it: `verify --head` checks that the journal still holds it. Null when
   * read with a customer's own token.
   */
  readonly journalEntry?: Maybe<KycJournalHead>;
  /**
   * The customer's current KYC: at least as new as this update. A subscription that selects it, with its `id`, keeps a client's cache
   * current.
   */
  readonly kyc: Kyc;
  /** The documents that XGateway was waiting for. */
  readonly missingDocuments: ReadonlyArray<KycDocument>;
  /**
   * Whether this update waits for a person to acknowledge it: a reversal, a possibly late one, or one with a status that this release does
   * not know, unless a person recorded it. False when read with a customer's own token.
   */
  readonly needsAcknowledgement: Scalars['Boolean']['output'];
  /** What the customer has to do next. */
  readonly nextAction: KycNextAction;
  /**
   * Probably a delayed delivery: within a day of the previous update, a callback or replay moved the customer back to an earlier
   * status (null, `CREATED`, `KYC_NEEDED`, `PENDING_KYC_DATA`, `KYC_PENDING`, then `FULL_USER` or `HARD_KYC_FAILED`), or from
   * `FULL_USER` to `SOFT_KYC_FAILED`. Never when leaving `SOFT_KYC_FAILED`. Informational: it does not affect `verified`.
   */
  readonly possiblyLate: Scalars['Boolean']['output'];
  /** The status before this update. Null for the customer's first update. */
  readonly previousStatus?: Maybe<KycStatus>;
  /** XGateway's processing step, as sent, for example `VERIFICATION_IN_PROGRESS`. Older XGateway releases don't send it. */
  readonly processingStatus?: Maybe<Scalars['String']['output']>;
  /** The status as XGateway sent it. Null when XGateway sent null. */
  readonly rawStatus?: Maybe<Scalars['String']['output']>;
  /** When it was received. */
  readonly receivedAt: Scalars['DateTime']['output'];
  /** Why XGateway rejected the customer, for example `BAD_SELFIE`. New values may appear. */
  readonly rejectLabels: ReadonlyArray<Scalars['String']['output']>;
  /**
   * The latest of the 32 preceding revisions with exactly the same content. Null when there is none. A retried callback that
   * arrives late looks like this.
   */
  readonly repeatsRevision?: Maybe<Scalars['Int']['output']>;
  /**
   * The ID of the HTTP request that it came with (`X-Request-Id`), as in the log. Null when it did not come with a request, and for
   * updates recorded before release 0.1. Needs the scope `kyc:admin`.
   */
  readonly requestId?: Maybe<Scalars['String']['output']>;
  /** The customer was `FULL_USER` before this update and is no longer. */
  readonly reversal: Scalars['Boolean']['output'];
  /** Counts the customer's updates: 1, 2, 3, … without a gap. */
  readonly revision: Scalars['Int']['output'];
  /** Where the update came from. */
  readonly source: KycSource;
  /** The status. `UNRECOGNIZED` when this release does not know it. */
  readonly status: KycStatus;
  /** True for a `FULL_USER` that was not in doubt when it was recorded (see `KycState.verified`). */
  readonly verified: Scalars['Boolean']['output'];
};

/** Updates: of one customer, newest first (`Kyc.history`), or of all customers in commit order (`Query.kycUpdates`). */
export type KycUpdateConnection = {
  readonly __typename?: 'KycUpdateConnection';
  /** The updates on this page, each with a cursor. */
  readonly edges: ReadonlyArray<KycUpdateEdge>;
  /** The updates on this page. */
  readonly nodes: ReadonlyArray<KycUpdate>;
  /** Whether there is another page, and the cursor where it starts. */
  readonly pageInfo: PageInfo;
};

/** An update in a list. */
export type KycUpdateEdge = {
  readonly __typename?: 'KycUpdateEdge';
  /** This update's position in the list, for `after`: the update's own cursor. */
  readonly cursor: Scalars['String']['output'];
  /** The update. */
  readonly node: KycUpdate;
};

/** Selects updates. A condition that is omitted or null does not restrict. */
export type KycUpdateFilter = {
  /**
   * Only updates of customers whose ID begins with this text, compared character by character: `a` and `A` differ. The empty text does not
   * restrict.
   */
  readonly customerIdPrefix?: InputMaybe<Scalars['String']['input']>;
  /** Only updates that are in doubt (true), or only those that are not (false). */
  readonly inDoubt?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only updates that are probably late (true), or only those that are not (false). */
  readonly possiblyLate?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only updates that were received at this time or later. */
  readonly receivedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only updates that were received before this time. */
  readonly receivedTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only updates that take `FULL_USER` away (true), or only those that do not (false). */
  readonly reversal?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only updates from one of these sources. An empty list selects none. */
  readonly sources?: InputMaybe<ReadonlyArray<KycSource>>;
  /** Only updates to one of these statuses. An empty list selects none. */
  readonly statuses?: InputMaybe<ReadonlyArray<KycStatus>>;
  /** Only updates that are verified (true), or only those that are not (false). */
  readonly verified?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Every mutation needs the scope `kyc:admin`. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Acknowledges an update that waits for a person: a reversal, a possibly late one, or one with an unrecognised status. Its customer and
   * their revision stay as they are. Confirming or correcting a customer acknowledges all of their updates as well. Fails with `BAD_USER_INPUT`
   * when there is no such update.
   */
  readonly acknowledgeKycUpdate: AcknowledgeKycUpdatePayload;
  /**
   * Records that a person has checked a customer's latest update with XGateway. A `FULL_USER` that was in doubt becomes verified, with a
   * new update (`source: STAFF`). Where two people are required (`CONFIRM_REQUIRES_TWO`), the first gets `PENDING_SECOND_PERSON`, and a second
   * one, with another token's subject, makes it so. Fails with `REVISION_OUTDATED` when `revision` is not the latest.
   */
  readonly confirmKyc: ConfirmKycPayload;
  /**
   * Records the status that a person saw in XGateway's back office, where it differs from what was received (`source: STAFF`). It also
   * verifies a `FULL_USER`: where two people are required, as `confirmKyc` does. Fails with `REVISION_OUTDATED` when `revision` is not the latest.
   */
  readonly correctKyc: CorrectKycPayload;
  /** Deletes dead letters of named consumers permanently and returns the IDs of those that existed. At most 200 at once. */
  readonly discardKycConsumerDeadLetters: ReadonlyArray<Scalars['ID']['output']>;
  /** Deletes dead letters permanently and returns the IDs of those that existed. At most 200 at once. */
  readonly discardKycDeadLetters: ReadonlyArray<Scalars['ID']['output']>;
  /**
   * Erases everything that is stored about a customer: the content of their updates, and their dead letters. Their subscriptions
   * end and their cursors become `CURSOR_UNKNOWN`. Streams of all customers continue without them. The journal records the erasure,
   * and its digests stay valid. Backups are not changed: let them expire.
   */
  readonly eraseKyc: EraseKycPayload;
  /** Stops a named consumer on every instance, until it is resumed. What is under way is finished first. */
  readonly pauseKycConsumer: KycConsumer;
  /**
   * Looks up a customer at XGateway's API, records the answer and returns it. Fails with `XGATEWAY_UNAVAILABLE` when there is no answer,
   * `XGATEWAY_NOT_CONFIGURED` without an API key, and `REVISION_OUTDATED` when the customer kept changing in the meantime.
   */
  readonly refreshKyc: RefreshKycPayload;
  /** Deletes a named consumer that is not used any more, with its retries and dead letters. Returns its name. */
  readonly removeKycConsumer: Scalars['String']['output'];
  /**
   * Hands dead letters of named consumers to their handlers again, marked `replayed`. At most 200 at once. Returns the IDs of those that
   * existed: they are retries now.
   */
  readonly replayKycConsumerDeadLetters: ReadonlyArray<Scalars['ID']['output']>;
  /**
   * Processes dead letters again, oldest first: after you corrected a secret, or with a release that understands a new format. Safe to
   * repeat. At most 200 at once. The results are in the order of `ids`.
   */
  readonly replayKycDeadLetters: ReadonlyArray<KycReplayResult>;
  /**
   * Moves a named consumer to another place, and drops its retries. A consumer whose owner keeps the cursor continues from that. Fails with
   * `CURSOR_UNKNOWN` when the journal does not contain what the cursor points at.
   */
  readonly resetKycConsumer: KycConsumer;
  /** Resumes a named consumer that was paused, or that an error stopped. */
  readonly resumeKycConsumer: KycConsumer;
  /** Moves the earliest failed update to the consumer's dead letters, so that the consumer continues. Null when none has failed. */
  readonly skipKycConsumerUpdate?: Maybe<KycConsumerDeadLetter>;
  /** Withdraws what one person decided about a customer, before a second one has agreed (`CONFIRM_REQUIRES_TWO`). Either person may. */
  readonly withdrawKycDecision: WithdrawKycDecisionPayload;
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationAcknowledgeKycUpdateArgs = {
  customerId: Scalars['ID']['input'];
  evidenceUrl?: InputMaybe<Scalars['String']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  revision: Scalars['Int']['input'];
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationConfirmKycArgs = {
  customerId: Scalars['ID']['input'];
  evidenceUrl?: InputMaybe<Scalars['String']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  revision: Scalars['Int']['input'];
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationCorrectKycArgs = {
  customerId: Scalars['ID']['input'];
  evidenceUrl?: InputMaybe<Scalars['String']['input']>;
  reason: Scalars['String']['input'];
  revision: Scalars['Int']['input'];
  status: KycStatus;
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationDiscardKycConsumerDeadLettersArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationDiscardKycDeadLettersArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationEraseKycArgs = {
  customerId: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationPauseKycConsumerArgs = {
  name: Scalars['String']['input'];
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationRefreshKycArgs = {
  customerId: Scalars['ID']['input'];
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationRemoveKycConsumerArgs = {
  name: Scalars['String']['input'];
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationReplayKycConsumerDeadLettersArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationReplayKycDeadLettersArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationResetKycConsumerArgs = {
  name: Scalars['String']['input'];
  to: Scalars['String']['input'];
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationResumeKycConsumerArgs = {
  name: Scalars['String']['input'];
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationSkipKycConsumerUpdateArgs = {
  name: Scalars['String']['input'];
};


/** Every mutation needs the scope `kyc:admin`. */
export type MutationWithdrawKycDecisionArgs = {
  customerId: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
  revision: Scalars['Int']['input'];
};

/**
 * An object with an ID that is unique among all types. A plugin has this interface and its queries with the option `relayNode: true`; the
 * server always has them.
 */
export type Node = {
  /** The ID: opaque, and the same for as long as the object exists. */
  readonly id: Scalars['ID']['output'];
};

/** Paging information, as the Relay cursor specification defines it. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** The cursor of the last edge. Null on an empty page that has no next one. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  /** True when there is, or may be, a next page. With `last`: when this page was requested with `before`. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** True when there is a previous page: with `last`, or when this page was requested with `after`. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first edge. Null on an empty page that has no previous one. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
};

/** The queries. */
export type Query = {
  readonly __typename?: 'Query';
  /**
   * A customer's KYC. Null when XGateway has not reported anything about them. With a customer's own token, any other customer is
   * `FORBIDDEN`, whether they exist or not.
   */
  readonly kyc?: Maybe<Kyc>;
  /**
   * What waits for a person, oldest first. An item leaves the list when it is dealt with. The list changes with updates (`kycUpdates`) and
   * with what people do: read it again after an update, at most once a second, and every few seconds. Needs the scope `kyc:read`; dead letters
   * and consumers are shown to `kyc:admin` only.
   */
  readonly kycAttention: KycAttentionConnection;
  /**
   * What people who signed in did and whose data they opened, newest first: one entry an operation. Services' operations are not in it.
   * Needs the scope `kyc:admin`.
   */
  readonly kycAuditLog: KycAuditLogConnection;
  /**
   * The KYC of each of these customers, in the order of `customerIds`. Null for customers XGateway has never reported. At most 200 at once;
   * the cost counts each of them. Needs the scope `kyc:read`.
   */
  readonly kycByCustomerIds: ReadonlyArray<Maybe<Kyc>>;
  /** The named consumers of the application's own code, by name. At most 100. Needs the scope `kyc:admin`. */
  readonly kycConsumers: ReadonlyArray<KycConsumer>;
  /** All customers, most recently changed first. Needs the scope `kyc:read`. */
  readonly kycCustomers: KycConnection;
  /**
   * Customers whose ID is close to one that does not exist: it is one edit away (a character more, less or different, or two neighbours
   * swapped), begins with this text, or this text begins with it. At most 20. Needs the scope `kyc:read`.
   */
  readonly kycCustomersNear: ReadonlyArray<Kyc>;
  /** Callbacks that were not recorded, newest first. Needs the scope `kyc:admin`. */
  readonly kycDeadLetters: KycDeadLetterConnection;
  /**
   * The last entry of the journal. Keep it elsewhere: `verify --head` shows later that nothing up to it was changed. Needs the scope
   * `kyc:read`.
   */
  readonly kycJournalHead: KycJournalHead;
  /** What happened in a range of days: statuses, the time to `FULL_USER`, and the reasons to reject. Needs the scope `kyc:admin`. */
  readonly kycStatistics: KycStatistics;
  /** How many customers currently have each status. Statuses without customers are omitted. Needs the scope `kyc:read`. */
  readonly kycStatusCounts: ReadonlyArray<KycStatusCount>;
  /**
   * All customers' updates in commit order, for pulling: the same order, cursors and filter as the subscription `kycUpdates`. Starts at the
   * beginning, or after `after`. A page whose filter selects few updates may be shorter than requested, or empty: continue with its
   * `endCursor` while `hasNextPage` is true. When it is false, keep the last cursor that you have and ask again later. Needs the scope
   * `kyc:read`.
   */
  readonly kycUpdates: KycUpdateConnection;
  /** The KYC of the token's own customer. Null when XGateway has not reported anything about them. */
  readonly myKyc?: Maybe<Kyc>;
  /**
   * The object with this ID. Null when it does not exist (any more). With a customer's own token, everything but their own objects is
   * `FORBIDDEN`, whether it exists or not.
   */
  readonly node?: Maybe<Node>;
  /**
   * The objects with these IDs, in the order of `ids`, each as `node` gives it: one that is `FORBIDDEN` is null and has an error of its
   * own. At most 200 at once; the cost counts each of them.
   */
  readonly nodes: ReadonlyArray<Maybe<Node>>;
};


/** The queries. */
export type QueryKycArgs = {
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  customerId: Scalars['ID']['input'];
};


/** The queries. */
export type QueryKycAttentionArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  kinds?: InputMaybe<ReadonlyArray<KycAttentionKind>>;
};


/** The queries. */
export type QueryKycAuditLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KycAuditLogFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** The queries. */
export type QueryKycByCustomerIdsArgs = {
  customerIds: ReadonlyArray<Scalars['ID']['input']>;
};


/** The queries. */
export type QueryKycCustomersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KycFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** The queries. */
export type QueryKycCustomersNearArgs = {
  customerId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** The queries. */
export type QueryKycDeadLettersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  category?: InputMaybe<KycDeadLetterCategory>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** The queries. */
export type QueryKycStatisticsArgs = {
  from?: InputMaybe<Scalars['DateTime']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The queries. */
export type QueryKycUpdatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KycUpdateFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** The queries. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** The queries. */
export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};

/** The result of `refreshKyc`. */
export type RefreshKycPayload = {
  readonly __typename?: 'RefreshKycPayload';
  /** The customer's KYC after the refresh. Null when neither XGateway nor this gateway knows them. */
  readonly kyc?: Maybe<Kyc>;
  /** What XGateway's answer changed. */
  readonly outcome: KycRefreshOutcome;
};

/** The subscriptions. */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /** One customer's updates. Starts with the latest update or, with `after`, with every update since; then delivers each new one. */
  readonly kycStatusChanged: KycUpdate;
  /** All customers' updates, in commit order. Needs the scope `kyc:read`. */
  readonly kycUpdates: KycUpdate;
};


/** The subscriptions. */
export type SubscriptionKycStatusChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  customerId?: InputMaybe<Scalars['ID']['input']>;
};


/** The subscriptions. */
export type SubscriptionKycUpdatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KycUpdateFilter>;
};

/** The result of `withdrawKycDecision`. */
export type WithdrawKycDecisionPayload = {
  readonly __typename?: 'WithdrawKycDecisionPayload';
  /** The customer's KYC. Null when XGateway has not reported anything about them. */
  readonly kyc?: Maybe<Kyc>;
  /** What was withdrawn. Null when nothing was pending about this revision. */
  readonly withdrawn?: Maybe<KycPendingDecision>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  KycState:
    | ( CustomerSource )
    | ( UpdateEntry )
  ;
  Node:
    | ( CustomerSource )
    | ( UpdateEntry )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AcknowledgeKycUpdatePayload: ResolverTypeWrapper<Omit<AcknowledgeKycUpdatePayload, 'update'> & { update: ResolversTypes['KycUpdate'] }>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ConfirmKycPayload: ResolverTypeWrapper<Omit<ConfirmKycPayload, 'kyc'> & { kyc: ResolversTypes['Kyc'] }>;
  CorrectKycPayload: ResolverTypeWrapper<Omit<CorrectKycPayload, 'kyc'> & { kyc: ResolversTypes['Kyc'] }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EraseKycPayload: ResolverTypeWrapper<EraseKycPayload>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Kyc: ResolverTypeWrapper<CustomerSource>;
  KycAcknowledgeOutcome: KycAcknowledgeOutcome;
  KycAcknowledgement: ResolverTypeWrapper<Acknowledgement>;
  KycAttentionConnection: ResolverTypeWrapper<Omit<KycAttentionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['KycAttentionEdge']>, nodes: ReadonlyArray<ResolversTypes['KycAttentionItem']> }>;
  KycAttentionEdge: ResolverTypeWrapper<Omit<KycAttentionEdge, 'node'> & { node: ResolversTypes['KycAttentionItem'] }>;
  KycAttentionItem: ResolverTypeWrapper<AttentionItem>;
  KycAttentionKind: KycAttentionKind;
  KycAuditEntry: ResolverTypeWrapper<StoredAuditEntry>;
  KycAuditLogConnection: ResolverTypeWrapper<Omit<KycAuditLogConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['KycAuditLogEdge']>, nodes: ReadonlyArray<ResolversTypes['KycAuditEntry']> }>;
  KycAuditLogEdge: ResolverTypeWrapper<Omit<KycAuditLogEdge, 'node'> & { node: ResolversTypes['KycAuditEntry'] }>;
  KycAuditLogFilter: KycAuditLogFilter;
  KycAuditOperation: KycAuditOperation;
  KycAuditOutcome: KycAuditOutcome;
  KycConfirmOutcome: KycConfirmOutcome;
  KycConfirmation: ResolverTypeWrapper<Confirmation>;
  KycConnection: ResolverTypeWrapper<Omit<KycConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['KycEdge']>, nodes: ReadonlyArray<ResolversTypes['Kyc']> }>;
  KycConsumer: ResolverTypeWrapper<ConsumerStatus>;
  KycConsumerDeadLetter: ResolverTypeWrapper<ConsumerDeadLetter>;
  KycConsumerDeadLetterConnection: ResolverTypeWrapper<Omit<KycConsumerDeadLetterConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['KycConsumerDeadLetterEdge']>, nodes: ReadonlyArray<ResolversTypes['KycConsumerDeadLetter']> }>;
  KycConsumerDeadLetterEdge: ResolverTypeWrapper<Omit<KycConsumerDeadLetterEdge, 'node'> & { node: ResolversTypes['KycConsumerDeadLetter'] }>;
  KycConsumerState: KycConsumerState;
  KycCorrectOutcome: KycCorrectOutcome;
  KycDeadLetter: ResolverTypeWrapper<DeadLetter>;
  KycDeadLetterCategory: KycDeadLetterCategory;
  KycDeadLetterConnection: ResolverTypeWrapper<Omit<KycDeadLetterConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['KycDeadLetterEdge']>, nodes: ReadonlyArray<ResolversTypes['KycDeadLetter']> }>;
  KycDeadLetterEdge: ResolverTypeWrapper<Omit<KycDeadLetterEdge, 'node'> & { node: ResolversTypes['KycDeadLetter'] }>;
  KycDeadLetterReason: KycDeadLetterReason;
  KycDocument: ResolverTypeWrapper<DocumentSource>;
  KycDoubtReason: KycDoubtReason;
  KycDurationRange: ResolverTypeWrapper<KycDurationRange>;
  KycDurations: ResolverTypeWrapper<KycDurations>;
  KycEdge: ResolverTypeWrapper<Omit<KycEdge, 'node'> & { node: ResolversTypes['Kyc'] }>;
  KycFilter: KycFilter;
  KycJournalHead: ResolverTypeWrapper<KycJournalHead>;
  KycNextAction: KycNextAction;
  KycPendingDecision: ResolverTypeWrapper<PendingDecision>;
  KycPerson: ResolverTypeWrapper<KycPerson>;
  KycRefreshOutcome: KycRefreshOutcome;
  KycRejectLabelCount: ResolverTypeWrapper<KycRejectLabelCount>;
  KycReplayOutcome: KycReplayOutcome;
  KycReplayResult: ResolverTypeWrapper<ReplayResult>;
  KycSource: KycSource;
  KycState: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['KycState']>;
  KycStatistics: ResolverTypeWrapper<KycStatistics>;
  KycStatisticsDay: ResolverTypeWrapper<KycStatisticsDay>;
  KycStatisticsStatus: ResolverTypeWrapper<KycStatisticsStatus>;
  KycStatus: KycStatus;
  KycStatusCount: ResolverTypeWrapper<KycStatusCount>;
  KycUpdate: ResolverTypeWrapper<UpdateEntry>;
  KycUpdateConnection: ResolverTypeWrapper<Omit<KycUpdateConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['KycUpdateEdge']>, nodes: ReadonlyArray<ResolversTypes['KycUpdate']> }>;
  KycUpdateEdge: ResolverTypeWrapper<Omit<KycUpdateEdge, 'node'> & { node: ResolversTypes['KycUpdate'] }>;
  KycUpdateFilter: KycUpdateFilter;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<NodeSource>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RefreshKycPayload: ResolverTypeWrapper<Omit<RefreshKycPayload, 'kyc'> & { kyc?: Maybe<ResolversTypes['Kyc']> }>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  WithdrawKycDecisionPayload: ResolverTypeWrapper<Omit<WithdrawKycDecisionPayload, 'kyc' | 'withdrawn'> & { kyc?: Maybe<ResolversTypes['Kyc']>, withdrawn?: Maybe<ResolversTypes['KycPendingDecision']> }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AcknowledgeKycUpdatePayload: Omit<AcknowledgeKycUpdatePayload, 'update'> & { update: ResolversParentTypes['KycUpdate'] };
  Boolean: Scalars['Boolean']['output'];
  ConfirmKycPayload: Omit<ConfirmKycPayload, 'kyc'> & { kyc: ResolversParentTypes['Kyc'] };
  CorrectKycPayload: Omit<CorrectKycPayload, 'kyc'> & { kyc: ResolversParentTypes['Kyc'] };
  DateTime: Scalars['DateTime']['output'];
  EraseKycPayload: EraseKycPayload;
  Float: Scalars['Float']['output'];
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  JSON: Scalars['JSON']['output'];
  Kyc: CustomerSource;
  KycAcknowledgement: Acknowledgement;
  KycAttentionConnection: Omit<KycAttentionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['KycAttentionEdge']>, nodes: ReadonlyArray<ResolversParentTypes['KycAttentionItem']> };
  KycAttentionEdge: Omit<KycAttentionEdge, 'node'> & { node: ResolversParentTypes['KycAttentionItem'] };
  KycAttentionItem: AttentionItem;
  KycAuditEntry: StoredAuditEntry;
  KycAuditLogConnection: Omit<KycAuditLogConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['KycAuditLogEdge']>, nodes: ReadonlyArray<ResolversParentTypes['KycAuditEntry']> };
  KycAuditLogEdge: Omit<KycAuditLogEdge, 'node'> & { node: ResolversParentTypes['KycAuditEntry'] };
  KycAuditLogFilter: KycAuditLogFilter;
  KycConfirmation: Confirmation;
  KycConnection: Omit<KycConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['KycEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Kyc']> };
  KycConsumer: ConsumerStatus;
  KycConsumerDeadLetter: ConsumerDeadLetter;
  KycConsumerDeadLetterConnection: Omit<KycConsumerDeadLetterConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['KycConsumerDeadLetterEdge']>, nodes: ReadonlyArray<ResolversParentTypes['KycConsumerDeadLetter']> };
  KycConsumerDeadLetterEdge: Omit<KycConsumerDeadLetterEdge, 'node'> & { node: ResolversParentTypes['KycConsumerDeadLetter'] };
  KycDeadLetter: DeadLetter;
  KycDeadLetterConnection: Omit<KycDeadLetterConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['KycDeadLetterEdge']>, nodes: ReadonlyArray<ResolversParentTypes['KycDeadLetter']> };
  KycDeadLetterEdge: Omit<KycDeadLetterEdge, 'node'> & { node: ResolversParentTypes['KycDeadLetter'] };
  KycDocument: DocumentSource;
  KycDurationRange: KycDurationRange;
  KycDurations: KycDurations;
  KycEdge: Omit<KycEdge, 'node'> & { node: ResolversParentTypes['Kyc'] };
  KycFilter: KycFilter;
  KycJournalHead: KycJournalHead;
  KycPendingDecision: PendingDecision;
  KycPerson: KycPerson;
  KycRejectLabelCount: KycRejectLabelCount;
  KycReplayResult: ReplayResult;
  KycState: ResolversInterfaceTypes<ResolversParentTypes>['KycState'];
  KycStatistics: KycStatistics;
  KycStatisticsDay: KycStatisticsDay;
  KycStatisticsStatus: KycStatisticsStatus;
  KycStatusCount: KycStatusCount;
  KycUpdate: UpdateEntry;
  KycUpdateConnection: Omit<KycUpdateConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['KycUpdateEdge']>, nodes: ReadonlyArray<ResolversParentTypes['KycUpdate']> };
  KycUpdateEdge: Omit<KycUpdateEdge, 'node'> & { node: ResolversParentTypes['KycUpdate'] };
  KycUpdateFilter: KycUpdateFilter;
  Mutation: Record<PropertyKey, never>;
  Node: NodeSource;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  RefreshKycPayload: Omit<RefreshKycPayload, 'kyc'> & { kyc?: Maybe<ResolversParentTypes['Kyc']> };
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  WithdrawKycDecisionPayload: Omit<WithdrawKycDecisionPayload, 'kyc' | 'withdrawn'> & { kyc?: Maybe<ResolversParentTypes['Kyc']>, withdrawn?: Maybe<ResolversParentTypes['KycPendingDecision']> };
};

export type AcknowledgeKycUpdatePayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['AcknowledgeKycUpdatePayload'] = ResolversParentTypes['AcknowledgeKycUpdatePayload']> = {
  outcome?: Resolver<ResolversTypes['KycAcknowledgeOutcome'], ParentType, ContextType>;
  update?: Resolver<ResolversTypes['KycUpdate'], ParentType, ContextType>;
};

export type ConfirmKycPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['ConfirmKycPayload'] = ResolversParentTypes['ConfirmKycPayload']> = {
  kyc?: Resolver<ResolversTypes['Kyc'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['KycConfirmOutcome'], ParentType, ContextType>;
};

export type CorrectKycPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['CorrectKycPayload'] = ResolversParentTypes['CorrectKycPayload']> = {
  kyc?: Resolver<ResolversTypes['Kyc'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['KycCorrectOutcome'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type EraseKycPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['EraseKycPayload'] = ResolversParentTypes['EraseKycPayload']> = {
  erasedDeadLetters?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  erasedUpdates?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  record?: Resolver<Maybe<ResolversTypes['KycJournalHead']>, ParentType, ContextType>;
  remains?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type KycResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Kyc'] = ResolversParentTypes['Kyc']> = {
  confirmed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  confirmedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  confirmedBy?: Resolver<Maybe<ResolversTypes['KycConfirmation']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  doubtReason?: Resolver<Maybe<ResolversTypes['KycDoubtReason']>, ParentType, ContextType>;
  endUserMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  firstSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['KycUpdateConnection'], ParentType, ContextType, RequireFields<KycHistoryArgs, 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  inDoubt?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  latestUpdate?: Resolver<ResolversTypes['KycUpdate'], ParentType, ContextType>;
  missingDocuments?: Resolver<ReadonlyArray<ResolversTypes['KycDocument']>, ParentType, ContextType>;
  nextAction?: Resolver<ResolversTypes['KycNextAction'], ParentType, ContextType>;
  pendingDecision?: Resolver<Maybe<ResolversTypes['KycPendingDecision']>, ParentType, ContextType>;
  processingStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  rawStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  rejectLabels?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['KycStatus'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  verified?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type KycAcknowledgementResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycAcknowledgement'] = ResolversParentTypes['KycAcknowledgement']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  evidenceUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  secondBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  secondEvidenceUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  secondReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type KycAttentionConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycAttentionConnection'] = ResolversParentTypes['KycAttentionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['KycAttentionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['KycAttentionItem']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type KycAttentionEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycAttentionEdge'] = ResolversParentTypes['KycAttentionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['KycAttentionItem'], ParentType, ContextType>;
};

export type KycAttentionItemResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycAttentionItem'] = ResolversParentTypes['KycAttentionItem']> = {
  consumer?: Resolver<Maybe<ResolversTypes['KycConsumer']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  customerId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  deadLetterReason?: Resolver<Maybe<ResolversTypes['KycDeadLetterReason']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kinds?: Resolver<ReadonlyArray<ResolversTypes['KycAttentionKind']>, ParentType, ContextType>;
  pendingDecision?: Resolver<Maybe<ResolversTypes['KycPendingDecision']>, ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  update?: Resolver<Maybe<ResolversTypes['KycUpdate']>, ParentType, ContextType>;
};

export type KycAuditEntryResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycAuditEntry'] = ResolversParentTypes['KycAuditEntry']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  codes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  customerIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  erasedCustomers?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  fields?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  operation?: Resolver<ResolversTypes['KycAuditOperation'], ParentType, ContextType>;
  operationName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['KycAuditOutcome'], ParentType, ContextType>;
  person?: Resolver<ResolversTypes['KycPerson'], ParentType, ContextType>;
  requestId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type KycAuditLogConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycAuditLogConnection'] = ResolversParentTypes['KycAuditLogConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['KycAuditLogEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['KycAuditEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type KycAuditLogEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycAuditLogEdge'] = ResolversParentTypes['KycAuditLogEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['KycAuditEntry'], ParentType, ContextType>;
};

export type KycConfirmationResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycConfirmation'] = ResolversParentTypes['KycConfirmation']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  evidenceUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  secondBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  secondEvidenceUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  secondReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['KycSource'], ParentType, ContextType>;
};

export type KycConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycConnection'] = ResolversParentTypes['KycConnection']> = {
  asOf?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['KycEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Kyc']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type KycConsumerResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycConsumer'] = ResolversParentTypes['KycConsumer']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  deadLetterCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  deadLetters?: Resolver<ResolversTypes['KycConsumerDeadLetterConnection'], ParentType, ContextType, RequireFields<KycConsumerDeadLettersArgs, 'first'>>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lagEntries?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  lagSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retries?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['KycConsumerState'], ParentType, ContextType>;
};

export type KycConsumerDeadLetterResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycConsumerDeadLetter'] = ResolversParentTypes['KycConsumerDeadLetter']> = {
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  consumer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  error?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  failedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  update?: Resolver<Maybe<ResolversTypes['KycUpdate']>, ParentType, ContextType>;
};

export type KycConsumerDeadLetterConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycConsumerDeadLetterConnection'] = ResolversParentTypes['KycConsumerDeadLetterConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['KycConsumerDeadLetterEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['KycConsumerDeadLetter']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type KycConsumerDeadLetterEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycConsumerDeadLetterEdge'] = ResolversParentTypes['KycConsumerDeadLetterEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['KycConsumerDeadLetter'], ParentType, ContextType>;
};

export type KycDeadLetterResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycDeadLetter'] = ResolversParentTypes['KycDeadLetter']> = {
  body?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  category?: Resolver<ResolversTypes['KycDeadLetterCategory'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  customerId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  firstSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  problems?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['KycDeadLetterReason'], ParentType, ContextType>;
};

export type KycDeadLetterConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycDeadLetterConnection'] = ResolversParentTypes['KycDeadLetterConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['KycDeadLetterEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['KycDeadLetter']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type KycDeadLetterEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycDeadLetterEdge'] = ResolversParentTypes['KycDeadLetterEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['KycDeadLetter'], ParentType, ContextType>;
};

export type KycDocumentResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycDocument'] = ResolversParentTypes['KycDocument']> = {
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type KycDurationRangeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycDurationRange'] = ResolversParentTypes['KycDurationRange']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  upToSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type KycDurationsResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycDurations'] = ResolversParentTypes['KycDurations']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  medianSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  p90Seconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  ranges?: Resolver<ReadonlyArray<ResolversTypes['KycDurationRange']>, ParentType, ContextType>;
};

export type KycEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycEdge'] = ResolversParentTypes['KycEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Kyc'], ParentType, ContextType>;
};

export type KycJournalHeadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycJournalHead'] = ResolversParentTypes['KycJournalHead']> = {
  digest?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type KycPendingDecisionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycPendingDecision'] = ResolversParentTypes['KycPendingDecision']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  evidenceUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  own?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['KycStatus'], ParentType, ContextType>;
};

export type KycPersonResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycPerson'] = ResolversParentTypes['KycPerson']> = {
  issuer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type KycRejectLabelCountResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycRejectLabelCount'] = ResolversParentTypes['KycRejectLabelCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  label?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type KycReplayResultResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycReplayResult'] = ResolversParentTypes['KycReplayResult']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['KycReplayOutcome'], ParentType, ContextType>;
  update?: Resolver<Maybe<ResolversTypes['KycUpdate']>, ParentType, ContextType>;
};

export type KycStateResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycState'] = ResolversParentTypes['KycState']> = {
  __resolveType: TypeResolveFn<'Kyc' | 'KycUpdate', ParentType, ContextType>;
};

export type KycStatisticsResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycStatistics'] = ResolversParentTypes['KycStatistics']> = {
  days?: Resolver<ReadonlyArray<ResolversTypes['KycStatisticsDay']>, ParentType, ContextType>;
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  rejectLabels?: Resolver<ReadonlyArray<ResolversTypes['KycRejectLabelCount']>, ParentType, ContextType>;
  timeToFullUser?: Resolver<ResolversTypes['KycDurations'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type KycStatisticsDayResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycStatisticsDay'] = ResolversParentTypes['KycStatisticsDay']> = {
  day?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  statuses?: Resolver<ReadonlyArray<ResolversTypes['KycStatisticsStatus']>, ParentType, ContextType>;
};

export type KycStatisticsStatusResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycStatisticsStatus'] = ResolversParentTypes['KycStatisticsStatus']> = {
  customers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  entered?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['KycStatus'], ParentType, ContextType>;
};

export type KycStatusCountResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycStatusCount'] = ResolversParentTypes['KycStatusCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['KycStatus'], ParentType, ContextType>;
};

export type KycUpdateResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycUpdate'] = ResolversParentTypes['KycUpdate']> = {
  acknowledgedBy?: Resolver<Maybe<ResolversTypes['KycAcknowledgement']>, ParentType, ContextType>;
  confirmed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  confirmedBy?: Resolver<Maybe<ResolversTypes['KycConfirmation']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  doubtReason?: Resolver<Maybe<ResolversTypes['KycDoubtReason']>, ParentType, ContextType>;
  endUserMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  extra?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  inDoubt?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  journalEntry?: Resolver<Maybe<ResolversTypes['KycJournalHead']>, ParentType, ContextType>;
  kyc?: Resolver<ResolversTypes['Kyc'], ParentType, ContextType>;
  missingDocuments?: Resolver<ReadonlyArray<ResolversTypes['KycDocument']>, ParentType, ContextType>;
  needsAcknowledgement?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  nextAction?: Resolver<ResolversTypes['KycNextAction'], ParentType, ContextType>;
  possiblyLate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  previousStatus?: Resolver<Maybe<ResolversTypes['KycStatus']>, ParentType, ContextType>;
  processingStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  rawStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  receivedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  rejectLabels?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  repeatsRevision?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  requestId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reversal?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['KycSource'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['KycStatus'], ParentType, ContextType>;
  verified?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type KycUpdateConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycUpdateConnection'] = ResolversParentTypes['KycUpdateConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['KycUpdateEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['KycUpdate']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type KycUpdateEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['KycUpdateEdge'] = ResolversParentTypes['KycUpdateEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['KycUpdate'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acknowledgeKycUpdate?: Resolver<ResolversTypes['AcknowledgeKycUpdatePayload'], ParentType, ContextType, RequireFields<MutationAcknowledgeKycUpdateArgs, 'customerId' | 'revision'>>;
  confirmKyc?: Resolver<ResolversTypes['ConfirmKycPayload'], ParentType, ContextType, RequireFields<MutationConfirmKycArgs, 'customerId' | 'revision'>>;
  correctKyc?: Resolver<ResolversTypes['CorrectKycPayload'], ParentType, ContextType, RequireFields<MutationCorrectKycArgs, 'customerId' | 'reason' | 'revision' | 'status'>>;
  discardKycConsumerDeadLetters?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType, RequireFields<MutationDiscardKycConsumerDeadLettersArgs, 'ids'>>;
  discardKycDeadLetters?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType, RequireFields<MutationDiscardKycDeadLettersArgs, 'ids'>>;
  eraseKyc?: Resolver<ResolversTypes['EraseKycPayload'], ParentType, ContextType, RequireFields<MutationEraseKycArgs, 'customerId'>>;
  pauseKycConsumer?: Resolver<ResolversTypes['KycConsumer'], ParentType, ContextType, RequireFields<MutationPauseKycConsumerArgs, 'name'>>;
  refreshKyc?: Resolver<ResolversTypes['RefreshKycPayload'], ParentType, ContextType, RequireFields<MutationRefreshKycArgs, 'customerId'>>;
  removeKycConsumer?: Resolver<ResolversTypes['String'], ParentType, ContextType, RequireFields<MutationRemoveKycConsumerArgs, 'name'>>;
  replayKycConsumerDeadLetters?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType, RequireFields<MutationReplayKycConsumerDeadLettersArgs, 'ids'>>;
  replayKycDeadLetters?: Resolver<ReadonlyArray<ResolversTypes['KycReplayResult']>, ParentType, ContextType, RequireFields<MutationReplayKycDeadLettersArgs, 'ids'>>;
  resetKycConsumer?: Resolver<ResolversTypes['KycConsumer'], ParentType, ContextType, RequireFields<MutationResetKycConsumerArgs, 'name' | 'to'>>;
  resumeKycConsumer?: Resolver<ResolversTypes['KycConsumer'], ParentType, ContextType, RequireFields<MutationResumeKycConsumerArgs, 'name'>>;
  skipKycConsumerUpdate?: Resolver<Maybe<ResolversTypes['KycConsumerDeadLetter']>, ParentType, ContextType, RequireFields<MutationSkipKycConsumerUpdateArgs, 'name'>>;
  withdrawKycDecision?: Resolver<ResolversTypes['WithdrawKycDecisionPayload'], ParentType, ContextType, RequireFields<MutationWithdrawKycDecisionArgs, 'customerId' | 'revision'>>;
};

export type NodeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Kyc' | 'KycUpdate', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  kyc?: Resolver<Maybe<ResolversTypes['Kyc']>, ParentType, ContextType, RequireFields<QueryKycArgs, 'customerId'>>;
  kycAttention?: Resolver<ResolversTypes['KycAttentionConnection'], ParentType, ContextType, RequireFields<QueryKycAttentionArgs, 'first'>>;
  kycAuditLog?: Resolver<ResolversTypes['KycAuditLogConnection'], ParentType, ContextType, RequireFields<QueryKycAuditLogArgs, 'first'>>;
  kycByCustomerIds?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Kyc']>>, ParentType, ContextType, RequireFields<QueryKycByCustomerIdsArgs, 'customerIds'>>;
  kycConsumers?: Resolver<ReadonlyArray<ResolversTypes['KycConsumer']>, ParentType, ContextType>;
  kycCustomers?: Resolver<ResolversTypes['KycConnection'], ParentType, ContextType, RequireFields<QueryKycCustomersArgs, 'first'>>;
  kycCustomersNear?: Resolver<ReadonlyArray<ResolversTypes['Kyc']>, ParentType, ContextType, RequireFields<QueryKycCustomersNearArgs, 'customerId' | 'first'>>;
  kycDeadLetters?: Resolver<ResolversTypes['KycDeadLetterConnection'], ParentType, ContextType, RequireFields<QueryKycDeadLettersArgs, 'first'>>;
  kycJournalHead?: Resolver<ResolversTypes['KycJournalHead'], ParentType, ContextType>;
  kycStatistics?: Resolver<ResolversTypes['KycStatistics'], ParentType, ContextType, Partial<QueryKycStatisticsArgs>>;
  kycStatusCounts?: Resolver<ReadonlyArray<ResolversTypes['KycStatusCount']>, ParentType, ContextType>;
  kycUpdates?: Resolver<ResolversTypes['KycUpdateConnection'], ParentType, ContextType, Partial<QueryKycUpdatesArgs>>;
  myKyc?: Resolver<Maybe<ResolversTypes['Kyc']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
};

export type RefreshKycPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['RefreshKycPayload'] = ResolversParentTypes['RefreshKycPayload']> = {
  kyc?: Resolver<Maybe<ResolversTypes['Kyc']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['KycRefreshOutcome'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  kycStatusChanged?: SubscriptionResolver<ResolversTypes['KycUpdate'], "kycStatusChanged", ParentType, ContextType, Partial<SubscriptionKycStatusChangedArgs>>;
  kycUpdates?: SubscriptionResolver<ResolversTypes['KycUpdate'], "kycUpdates", ParentType, ContextType, Partial<SubscriptionKycUpdatesArgs>>;
};

export type WithdrawKycDecisionPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['WithdrawKycDecisionPayload'] = ResolversParentTypes['WithdrawKycDecisionPayload']> = {
  kyc?: Resolver<Maybe<ResolversTypes['Kyc']>, ParentType, ContextType>;
  withdrawn?: Resolver<Maybe<ResolversTypes['KycPendingDecision']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = OperationContext> = {
  AcknowledgeKycUpdatePayload?: AcknowledgeKycUpdatePayloadResolvers<ContextType>;
  ConfirmKycPayload?: ConfirmKycPayloadResolvers<ContextType>;
  CorrectKycPayload?: CorrectKycPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  EraseKycPayload?: EraseKycPayloadResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  Kyc?: KycResolvers<ContextType>;
  KycAcknowledgement?: KycAcknowledgementResolvers<ContextType>;
  KycAttentionConnection?: KycAttentionConnectionResolvers<ContextType>;
  KycAttentionEdge?: KycAttentionEdgeResolvers<ContextType>;
  KycAttentionItem?: KycAttentionItemResolvers<ContextType>;
  KycAuditEntry?: KycAuditEntryResolvers<ContextType>;
  KycAuditLogConnection?: KycAuditLogConnectionResolvers<ContextType>;
  KycAuditLogEdge?: KycAuditLogEdgeResolvers<ContextType>;
  KycConfirmation?: KycConfirmationResolvers<ContextType>;
  KycConnection?: KycConnectionResolvers<ContextType>;
  KycConsumer?: KycConsumerResolvers<ContextType>;
  KycConsumerDeadLetter?: KycConsumerDeadLetterResolvers<ContextType>;
  KycConsumerDeadLetterConnection?: KycConsumerDeadLetterConnectionResolvers<ContextType>;
  KycConsumerDeadLetterEdge?: KycConsumerDeadLetterEdgeResolvers<ContextType>;
  KycDeadLetter?: KycDeadLetterResolvers<ContextType>;
  KycDeadLetterConnection?: KycDeadLetterConnectionResolvers<ContextType>;
  KycDeadLetterEdge?: KycDeadLetterEdgeResolvers<ContextType>;
  KycDocument?: KycDocumentResolvers<ContextType>;
  KycDurationRange?: KycDurationRangeResolvers<ContextType>;
  KycDurations?: KycDurationsResolvers<ContextType>;
  KycEdge?: KycEdgeResolvers<ContextType>;
  KycJournalHead?: KycJournalHeadResolvers<ContextType>;
  KycPendingDecision?: KycPendingDecisionResolvers<ContextType>;
  KycPerson?: KycPersonResolvers<ContextType>;
  KycRejectLabelCount?: KycRejectLabelCountResolvers<ContextType>;
  KycReplayResult?: KycReplayResultResolvers<ContextType>;
  KycState?: KycStateResolvers<ContextType>;
  KycStatistics?: KycStatisticsResolvers<ContextType>;
  KycStatisticsDay?: KycStatisticsDayResolvers<ContextType>;
  KycStatisticsStatus?: KycStatisticsStatusResolvers<ContextType>;
  KycStatusCount?: KycStatusCountResolvers<ContextType>;
  KycUpdate?: KycUpdateResolvers<ContextType>;
  KycUpdateConnection?: KycUpdateConnectionResolvers<ContextType>;
  KycUpdateEdge?: KycUpdateEdgeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RefreshKycPayload?: RefreshKycPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  WithdrawKycDecisionPayload?: WithdrawKycDecisionPayloadResolvers<ContextType>;
};

