export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment: RFC 3339 in UTC with milliseconds, for example `2026-01-31T12:00:00.000Z`. */
  DateTime: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
};

/** What `confirmKyc` did. */
export type ConfirmKycPayload = {
  /** The customer's KYC now. */
  readonly kyc: Kyc;
  /** What the confirmation changed. */
  readonly outcome: KycConfirmOutcome;
};

/** What `correctKyc` did. */
export type CorrectKycPayload = {
  /** The customer's KYC now. */
  readonly kyc: Kyc;
  /** What the correction changed. */
  readonly outcome: KycCorrectOutcome;
};

/** What `eraseKyc` did. */
export type EraseKycPayload = {
  /** How many dead letters are gone. */
  readonly erasedDeadLetters: Scalars['Int']['output'];
  /** How many updates are gone; 0 when nothing was known of the customer. */
  readonly erasedUpdates: Scalars['Int']['output'];
  /** The journal position and digest (hexadecimal) of the record of the erasure; null when there was nothing to erase. */
  readonly record: Maybe<KycJournalHead>;
  /** What is left to do before the content is gone from the database's files as well; null: nothing. */
  readonly remains: Maybe<Scalars['String']['output']>;
};

/** A customer's KYC now: their latest update. */
export type Kyc = KycState & {
  /** True when XGateway's API, or a person who has checked, said the same of this revision. */
  readonly confirmed: Scalars['Boolean']['output'];
  /** When XGateway's API last said the same as the latest update; null while it has not. */
  readonly confirmedAt: Maybe<Scalars['DateTime']['output']>;
  /** Who confirmed it last; null: nobody. */
  readonly confirmedBy: Maybe<KycConfirmation>;
  /** The customer's ID in the merchant's own system. */
  readonly customerId: Scalars['ID']['output'];
  /** What XGateway wants the end user to be told. */
  readonly endUserMessage: Maybe<Scalars['String']['output']>;
  /** When the customer's first update was received. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** The customer's updates, newest first. */
  readonly history: KycUpdateConnection;
  /** True for a `FULL_USER` that waits for a confirmation (see `KycState.inDoubt`). */
  readonly inDoubt: Scalars['Boolean']['output'];
  /** The latest update itself. A stream that is started after its cursor carries every later one. */
  readonly latestUpdate: KycUpdate;
  /** The documents that XGateway still waits for. */
  readonly missingDocuments: ReadonlyArray<KycDocument>;
  /** What the status asks of the customer. */
  readonly nextAction: KycNextAction;
  /** The step that XGateway is at, as sent, for example `VERIFICATION_IN_PROGRESS`. Older XGateway releases never say. */
  readonly processingStatus: Maybe<Scalars['String']['output']>;
  /** The status as XGateway sent it; null when it sent null. */
  readonly rawStatus: Maybe<Scalars['String']['output']>;
  /** Why XGateway refused, for example `BAD_SELFIE`. The set is open. */
  readonly rejectLabels: ReadonlyArray<Scalars['String']['output']>;
  /** The revision of the latest update. */
  readonly revision: Scalars['Int']['output'];
  /** The status, as far as this release knows it. */
  readonly status: KycStatus;
  /** When the latest update was received. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** True for a `FULL_USER` that is not in doubt (see `KycState.verified`). */
  readonly verified: Scalars['Boolean']['output'];
};


/** A customer's KYC now: their latest update. */
export type KycHistoryArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What a person's confirmation can change. */
export type KycConfirmOutcome =
  /** The customer is verified now: there is a new update. */
  | 'APPLIED'
  /** Nothing waited for a confirmation. */
  | 'UNCHANGED';

/** Who confirmed what is recorded about a customer, and why. */
export type KycConfirmation = {
  /** When it was confirmed. */
  readonly at: Scalars['DateTime']['output'];
  /** The person: the subject of their token. Null for `API`, and for a customer's own token. */
  readonly by: Maybe<Scalars['String']['output']>;
  /** Where the evidence is: an http or https URL; null without one, and for a customer's own token. */
  readonly evidenceUrl: Maybe<Scalars['String']['output']>;
  /** The reason that the person gave; null without one, and for a customer's own token. */
  readonly reason: Maybe<Scalars['String']['output']>;
  /** The second person, where two are required; null otherwise, and for a customer's own token. */
  readonly secondBy: Maybe<Scalars['String']['output']>;
  /** `API`: XGateway's API. `STAFF`: a person. */
  readonly source: KycSource;
};

/** Customers, the most recently changed first. */
export type KycConnection = {
  /**
   * The journal cursor of the moment this page was read. `kycUpdates(after:)` with the `asOf` of the first page carries every
   * update that the walk may have missed.
   */
  readonly asOf: Scalars['String']['output'];
  /** The customers of this page, each with a cursor. */
  readonly edges: ReadonlyArray<KycEdge>;
  /** The customers of this page. */
  readonly nodes: ReadonlyArray<Kyc>;
  /** Whether there are more, and where they start. */
  readonly pageInfo: PageInfo;
};

/** What a person's correction can change. */
export type KycCorrectOutcome =
  /** There is a new update. */
  | 'APPLIED'
  /** The customer has this status already, and nothing waited for a confirmation. */
  | 'UNCHANGED';

/** A callback that was not recorded, kept so that it can be recorded later. */
export type KycDeadLetter = {
  /**
   * The callback as it was sent, without its hash. Of what is not kept whole (another type or a refused callback that is too large, and
   * what is not JSON), a string with the first 4 KiB.
   */
  readonly body: Scalars['JSON']['output'];
  /** Where it is kept. */
  readonly category: KycDeadLetterCategory;
  /** How often it was received. */
  readonly count: Scalars['Int']['output'];
  /** The customer it is about; null where that can't be an ID. */
  readonly customerId: Maybe<Scalars['ID']['output']>;
  /** When it was first received. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** Names this dead letter. */
  readonly id: Scalars['ID']['output'];
  /** When the same was last received. */
  readonly lastSeenAt: Scalars['DateTime']['output'];
  /** The fields that were not understood, each with what was expected. Empty when it was refused. */
  readonly problems: ReadonlyArray<Scalars['String']['output']>;
  /** Why it was not recorded. */
  readonly reason: KycDeadLetterReason;
};

/** The categories on which callbacks are kept that were not recorded. */
export type KycDeadLetterCategory =
  /** Genuine and not understood by this release. Never evicted; answered 202, or 503 when a customer has 100 of them. */
  | 'GENUINE'
  /** Refused. At most 1,000 dead letters and 16 MiB: the sender or customer that holds most makes room. */
  | 'REFUSED';

/** Dead letters, the latest first. */
export type KycDeadLetterConnection = {
  /** The dead letters of this page, each with a cursor. */
  readonly edges: ReadonlyArray<KycDeadLetterEdge>;
  /** The dead letters of this page. */
  readonly nodes: ReadonlyArray<KycDeadLetter>;
  /** Whether there are more, and where they start. */
  readonly pageInfo: PageInfo;
};

/** A dead letter in a list. */
export type KycDeadLetterEdge = {
  /** The place of this dead letter in the list, for `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The dead letter. */
  readonly node: KycDeadLetter;
};

/** Why a callback was not recorded. */
export type KycDeadLetterReason =
  /** The customer ID can't be one: a control character, a lone surrogate, more than 256 characters, `.` or `..`. */
  | 'IMPOSSIBLE_CUSTOMER_ID'
  /** The hash is missing or wrong, or there is no customer ID that it could be of. */
  | 'NOT_GENUINE'
  /** The body is not a JSON object. */
  | 'NOT_JSON'
  /** Genuine, but a field has a shape that this release does not know. */
  | 'NOT_UNDERSTOOD'
  /** It is no KYC callback. */
  | 'OTHER_CALLBACK_TYPE';

/** A document that XGateway asks for. */
export type KycDocument = {
  /**
   * XGateway's name of the document, as sent. Known: `PASSPORT`, `DRIVERS`, `ID_CARD`, `RESIDENCE_PERMIT`, `SELFIE`,
   * `UTILITY_BILL`. The set is open.
   */
  readonly type: Scalars['String']['output'];
};

/** A customer in a list. */
export type KycEdge = {
  /** The place of this customer in the list, for `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The customer's KYC. */
  readonly node: Kyc;
};

/** Selects customers. Conditions that are left out, or null, do not restrict. */
export type KycFilter = {
  /** Only customers with an update after this cursor (of an update, or an `asOf`). */
  readonly changedAfter?: InputMaybe<Scalars['String']['input']>;
  /** Only customers who are in one of these statuses now. An empty list selects nobody. */
  readonly statuses?: InputMaybe<ReadonlyArray<KycStatus>>;
};

/** A place in the journal, with the digest of everything up to there. */
export type KycJournalHead = {
  /** The digest, in hexadecimal. */
  readonly digest: Scalars['String']['output'];
  /** The position. */
  readonly position: Scalars['Float']['output'];
};

/** What a status asks of the customer. */
export type KycNextAction =
  /** Correct the data and send it again. */
  | 'CORRECT_DATA'
  /** Nothing: KYC is complete. */
  | 'NONE'
  /** Send the data and documents that are missing. */
  | 'PROVIDE_DATA'
  /** Begin KYC. */
  | 'START'
  /** The customer can't go on. */
  | 'STOP'
  /** Nothing to do but wait. */
  | 'WAIT';

/** What an answer of XGateway's API can change. */
export type KycRefreshOutcome =
  /** There is a new update: XGateway reports something else than was recorded, lifts a doubt, or denies a `FULL_USER`. */
  | 'APPLIED'
  /** XGateway reports what is recorded: only `confirmedAt` has changed. */
  | 'UNCHANGED'
  /** Neither XGateway nor this gateway knows the customer. Nothing was recorded. */
  | 'UNKNOWN_TO_XGATEWAY';

/** What can become of a dead letter that is replayed. After the first two it has left its category. */
export type KycReplayOutcome =
  /** It made an update, with `source: REPLAY` and the time at which it was received: the last time, where it was genuine and came again. */
  | 'APPLIED'
  /** There is no such dead letter. */
  | 'NOT_FOUND'
  /** Its hash still fits no secret, or it is still not understood. */
  | 'STILL_REFUSED'
  /** Something newer was received about its customer. Where there is an API key, XGateway is asked what holds. */
  | 'SUPERSEDED'
  /** It says nothing that is not known of its customer. */
  | 'UNCHANGED';

/** What became of a dead letter that was replayed. */
export type KycReplayResult = {
  /** The dead letter. */
  readonly id: Scalars['ID']['output'];
  /** What became of it. */
  readonly outcome: KycReplayOutcome;
  /** The update that it made; null when it made none. */
  readonly update: Maybe<KycUpdate>;
};

/** Who said what an update says. */
export type KycSource =
  /** An answer of XGateway's API. */
  | 'API'
  /** A callback that XGateway sent. */
  | 'CALLBACK'
  /** A dead letter that was replayed. */
  | 'REPLAY'
  /** A person of the merchant's who has checked. */
  | 'STAFF';

/** What is known of a customer's KYC at one moment: now (`Kyc`), or when an update came (`KycUpdate`). */
export type KycState = {
  /** True when XGateway's API, or a person who has checked, said the same. */
  readonly confirmed: Scalars['Boolean']['output'];
  /** Who confirmed it; null: nobody. A confirmation lasts while the customer stays `FULL_USER`, also through later updates. */
  readonly confirmedBy: Maybe<KycConfirmation>;
  /** The customer's ID in the merchant's own system. */
  readonly customerId: Scalars['ID']['output'];
  /** What XGateway wants the end user to be told. */
  readonly endUserMessage: Maybe<Scalars['String']['output']>;
  /**
   * True for a `FULL_USER` that waits until XGateway's API or a person confirms it: after a reversal, after XGateway's API has denied
   * it, and with `REQUIRE_CONFIRMATION` always. Don't rely on it. No callback ends a doubt.
   */
  readonly inDoubt: Scalars['Boolean']['output'];
  /** The documents that XGateway still waits for. */
  readonly missingDocuments: ReadonlyArray<KycDocument>;
  /** What the status asks of the customer. */
  readonly nextAction: KycNextAction;
  /** The step that XGateway is at, as sent, for example `VERIFICATION_IN_PROGRESS`. Older XGateway releases never say. */
  readonly processingStatus: Maybe<Scalars['String']['output']>;
  /** The status as XGateway sent it; null when it sent null. */
  readonly rawStatus: Maybe<Scalars['String']['output']>;
  /** Why XGateway refused, for example `BAD_SELFIE`. The set is open. */
  readonly rejectLabels: ReadonlyArray<Scalars['String']['output']>;
  /** Counts the customer's updates: 1, 2, 3, … without a gap. */
  readonly revision: Scalars['Int']['output'];
  /** The status, as far as this release knows it. */
  readonly status: KycStatus;
  /** True for a `FULL_USER` that is not in doubt: the one field to act on. */
  readonly verified: Scalars['Boolean']['output'];
};

/**
 * Where a customer stands with XGateway's KYC. Derived from `rawStatus` whenever it is read, so a release that learns a new
 * status also shows it for updates that were stored before.
 */
export type KycStatus =
  /** The KYC user exists, the applicant does not yet. */
  | 'CREATED'
  /** Approved. XGateway can take this back later. */
  | 'FULL_USER'
  /** Refused for good. */
  | 'HARD_KYC_FAILED'
  /** The customer must begin KYC. */
  | 'KYC_NEEDED'
  /** The data is complete and under review. */
  | 'KYC_PENDING'
  /** XGateway sent null: there is no KYC user for this customer yet. */
  | 'NOT_STARTED'
  /** XGateway waits for data or documents of the customer. */
  | 'PENDING_KYC_DATA'
  /** Refused, but the customer can correct the data and try again. */
  | 'SOFT_KYC_FAILED'
  /** A status that this release does not know. `rawStatus` has it as sent. */
  | 'UNRECOGNIZED';

/** How many customers are in a status now. */
export type KycStatusCount = {
  /** The number of customers whose latest update has this status. */
  readonly count: Scalars['Int']['output'];
  /** The status. Statuses that this release does not know are counted together as `UNRECOGNIZED`. */
  readonly status: KycStatus;
};

/** One change of a customer's KYC. Immutable. */
export type KycUpdate = KycState & {
  /** True when the update itself is the word of XGateway's API, or of a person who has checked. */
  readonly confirmed: Scalars['Boolean']['output'];
  /** Who confirmed this update, or the `FULL_USER` that it continues; null: nobody had when it was recorded. */
  readonly confirmedBy: Maybe<KycConfirmation>;
  /** Names this update. A stream that is started `after` it carries every later one. */
  readonly cursor: Scalars['String']['output'];
  /** The customer's ID in the merchant's own system. */
  readonly customerId: Scalars['ID']['output'];
  /** What XGateway wanted the end user to be told. */
  readonly endUserMessage: Maybe<Scalars['String']['output']>;
  /**
   * The fields that came with it and that this release does not know, as sent; null without any. With `source: STAFF`, who
   * confirmed. Needs the scope `kyc:admin`.
   */
  readonly extra: Maybe<Scalars['JSON']['output']>;
  /** True for a `FULL_USER` that waited for a confirmation when it was recorded (see `KycState.inDoubt`). */
  readonly inDoubt: Scalars['Boolean']['output'];
  /** The documents that XGateway still waited for. */
  readonly missingDocuments: ReadonlyArray<KycDocument>;
  /** What the status asks of the customer. */
  readonly nextAction: KycNextAction;
  /**
   * Probably a delayed delivery: within a day of the update before, a callback or replay took the customer back to an earlier
   * status (null, `CREATED`, `KYC_NEEDED`, `PENDING_KYC_DATA`, `KYC_PENDING`, then `FULL_USER` or `HARD_KYC_FAILED`), or from
   * `FULL_USER` to `SOFT_KYC_FAILED`. Never when leaving `SOFT_KYC_FAILED`. It informs, and never changes `verified`.
   */
  readonly possiblyLate: Scalars['Boolean']['output'];
  /** The status before this update; null for the customer's first. */
  readonly previousStatus: Maybe<KycStatus>;
  /** The step that XGateway was at, as sent, for example `VERIFICATION_IN_PROGRESS`. Older XGateway releases never say. */
  readonly processingStatus: Maybe<Scalars['String']['output']>;
  /** The status as XGateway sent it; null when it sent null. */
  readonly rawStatus: Maybe<Scalars['String']['output']>;
  /** When it was received. */
  readonly receivedAt: Scalars['DateTime']['output'];
  /** Why XGateway refused, for example `BAD_SELFIE`. The set is open. */
  readonly rejectLabels: ReadonlyArray<Scalars['String']['output']>;
  /**
   * The latest of the 32 revisions before this one that said exactly the same; null where none did. A retried callback that
   * arrives late looks like this.
   */
  readonly repeatsRevision: Maybe<Scalars['Int']['output']>;
  /**
   * The ID of the HTTP request that brought it (`X-Request-Id`), as in the log; null where none did, and for updates recorded before
   * release 0.1. Needs the scope `kyc:admin`.
   */
  readonly requestId: Maybe<Scalars['String']['output']>;
  /** The customer was `FULL_USER` before this update and is no longer. */
  readonly reversal: Scalars['Boolean']['output'];
  /** Counts the customer's updates: 1, 2, 3, … without a gap. */
  readonly revision: Scalars['Int']['output'];
  /** Who said it. */
  readonly source: KycSource;
  /** The status, as far as this release knows it. */
  readonly status: KycStatus;
  /** True for a `FULL_USER` that was not in doubt when it came (see `KycState.verified`). */
  readonly verified: Scalars['Boolean']['output'];
};

/** Updates of one customer, newest first. */
export type KycUpdateConnection = {
  /** The updates of this page, each with a cursor. */
  readonly edges: ReadonlyArray<KycUpdateEdge>;
  /** The updates of this page. */
  readonly nodes: ReadonlyArray<KycUpdate>;
  /** Whether there are more, and where they start. */
  readonly pageInfo: PageInfo;
};

/** An update in a list. */
export type KycUpdateEdge = {
  /** The place of this update in the list, for `after`: the update's own cursor. */
  readonly cursor: Scalars['String']['output'];
  /** The update. */
  readonly node: KycUpdate;
};

/** Selects updates. Conditions that are left out, or null, do not restrict. */
export type KycUpdateFilter = {
  /** Only updates that are probably late (true), or only those that are not (false). */
  readonly possiblyLate?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only updates that take `FULL_USER` back (true), or only those that do not (false). */
  readonly reversal?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only updates from one of these sources. An empty list selects none. */
  readonly sources?: InputMaybe<ReadonlyArray<KycSource>>;
  /** Only updates to one of these statuses. An empty list selects none. */
  readonly statuses?: InputMaybe<ReadonlyArray<KycStatus>>;
  /** Only updates that are verified (true), or only those that are not (false). */
  readonly verified?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Everything here needs the scope `kyc:admin`. */
export type Mutation = {
  /**
   * Records that a person has checked a customer's latest update with XGateway. Makes a `FULL_USER` that is in doubt a verified
   * one, with a new update (`source: STAFF`). `REVISION_OUTDATED` when the customer is at another revision by now.
   */
  readonly confirmKyc: ConfirmKycPayload;
  /**
   * Records the status that a person saw in XGateway's back office, where it is not what was received (`source: STAFF`). A
   * `FULL_USER` is verified by it. `REVISION_OUTDATED` when the customer is at another revision by now.
   */
  readonly correctKyc: CorrectKycPayload;
  /** Discards dead letters for good, and returns the IDs of those that existed. At most 200 at once. */
  readonly discardKycDeadLetters: ReadonlyArray<Scalars['ID']['output']>;
  /**
   * Erases everything that is known about a customer: the content of their updates, and their dead letters. Their subscriptions
   * end and their cursors become `CURSOR_UNKNOWN`; streams of all customers go on without them. The journal records the erasure,
   * and its digests still hold. Backups have to expire by themselves.
   */
  readonly eraseKyc: EraseKycPayload;
  /**
   * Looks a customer up at XGateway's API, records the answer and returns it. `XGATEWAY_UNAVAILABLE` when there is no answer,
   * `XGATEWAY_NOT_CONFIGURED` without an API key, `REVISION_OUTDATED` when the customer kept changing meanwhile.
   */
  readonly refreshKyc: RefreshKycPayload;
  /**
   * Tries dead letters again, the earliest first: after a secret was corrected, or with a release that has learned a new shape. Safe to
   * repeat. At most 200 at once; the results are in the order of `ids`.
   */
  readonly replayKycDeadLetters: ReadonlyArray<KycReplayResult>;
};


/** Everything here needs the scope `kyc:admin`. */
export type MutationConfirmKycArgs = {
  customerId: Scalars['ID']['input'];
  evidenceUrl?: InputMaybe<Scalars['String']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  revision: Scalars['Int']['input'];
};


/** Everything here needs the scope `kyc:admin`. */
export type MutationCorrectKycArgs = {
  customerId: Scalars['ID']['input'];
  evidenceUrl?: InputMaybe<Scalars['String']['input']>;
  reason: Scalars['String']['input'];
  revision: Scalars['Int']['input'];
  status: KycStatus;
};


/** Everything here needs the scope `kyc:admin`. */
export type MutationDiscardKycDeadLettersArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** Everything here needs the scope `kyc:admin`. */
export type MutationEraseKycArgs = {
  customerId: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** Everything here needs the scope `kyc:admin`. */
export type MutationRefreshKycArgs = {
  customerId: Scalars['ID']['input'];
};


/** Everything here needs the scope `kyc:admin`. */
export type MutationReplayKycDeadLettersArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};

/** Whether a connection has more, as the Relay cursor specification defines it. */
export type PageInfo = {
  /** The cursor of the last edge; null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** True when there is a page after this one. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** True when this page was asked for with `after`. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first edge; null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** What can be asked. */
export type Query = {
  /**
   * A customer's KYC; null when XGateway never spoke of them. With a customer's own token any other customer is `FORBIDDEN`,
   * whether they exist or not.
   */
  readonly kyc: Maybe<Kyc>;
  /** All customers, the most recently changed first. Needs the scope `kyc:read`. */
  readonly kycCustomers: KycConnection;
  /** Callbacks that were not recorded, the latest first. Needs the scope `kyc:admin`. */
  readonly kycDeadLetters: KycDeadLetterConnection;
  /** How many customers are in each status now; statuses without a customer are left out. Needs the scope `kyc:read`. */
  readonly kycStatusCounts: ReadonlyArray<KycStatusCount>;
  /** The KYC of the token's own customer; null when XGateway never spoke of them. */
  readonly myKyc: Maybe<Kyc>;
};


/** What can be asked. */
export type QueryKycArgs = {
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  customerId: Scalars['ID']['input'];
};


/** What can be asked. */
export type QueryKycCustomersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KycFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be asked. */
export type QueryKycDeadLettersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  category?: InputMaybe<KycDeadLetterCategory>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What `refreshKyc` found. */
export type RefreshKycPayload = {
  /** The customer's KYC now; null when nobody knows them. */
  readonly kyc: Maybe<Kyc>;
  /** What the answer changed. */
  readonly outcome: KycRefreshOutcome;
};

/** What can be followed. */
export type Subscription = {
  /** One customer's updates: the latest at once and then each new one, or, with `after`, every later one and then each new one. */
  readonly kycStatusChanged: KycUpdate;
  /** All customers' updates, in the order of their commit. Needs the scope `kyc:read`. */
  readonly kycUpdates: KycUpdate;
};


/** What can be followed. */
export type SubscriptionKycStatusChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  customerId?: InputMaybe<Scalars['ID']['input']>;
};


/** What can be followed. */
export type SubscriptionKycUpdatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KycUpdateFilter>;
};
