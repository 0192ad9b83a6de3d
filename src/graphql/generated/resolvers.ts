import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { CustomerRecord } from '../../journal/journal.ts';
import type { KycUpdate as UpdateEntry } from '../../domain/update.ts';
import type { DocumentSource } from '../resolvers/state.ts';
import type { KycContext } from '../context.ts';
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
  /** A moment: RFC 3339 in UTC with milliseconds, for example `2026-01-31T12:00:00.000Z`. */
  DateTime: { input: number; output: number; }
};

/** A customer's KYC now: their latest update. */
export type Kyc = KycState & {
  readonly __typename?: 'Kyc';
  /** True when XGateway's API, or a person who has checked, said the same of this revision. */
  readonly confirmed: Scalars['Boolean']['output'];
  /** When XGateway's API last said the same as the latest update; null while it has not. */
  readonly confirmedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The customer's ID in the merchant's own system. */
  readonly customerId: Scalars['ID']['output'];
  /** What XGateway wants the end user to be told. */
  readonly endUserMessage?: Maybe<Scalars['String']['output']>;
  /** When the customer's first update was received. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** The customer's updates, newest first. */
  readonly history: KycUpdateConnection;
  /** The latest update itself. A stream that is started after its cursor carries every later one. */
  readonly latestUpdate: KycUpdate;
  /** The documents that XGateway still waits for. */
  readonly missingDocuments: ReadonlyArray<KycDocument>;
  /** What the status asks of the customer. */
  readonly nextAction: KycNextAction;
  /** The step that XGateway is at, as sent, for example `VERIFICATION_IN_PROGRESS`. Older XGateway releases never say. */
  readonly processingStatus?: Maybe<Scalars['String']['output']>;
  /** The status as XGateway sent it; null when it sent null. */
  readonly rawStatus?: Maybe<Scalars['String']['output']>;
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

/** Customers, the most recently changed first. */
export type KycConnection = {
  readonly __typename?: 'KycConnection';
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

/** A document that XGateway asks for. */
export type KycDocument = {
  readonly __typename?: 'KycDocument';
  /**
   * XGateway's name of the document, as sent. Known: `PASSPORT`, `DRIVERS`, `ID_CARD`, `RESIDENCE_PERMIT`, `SELFIE`,
   * `UTILITY_BILL`. The set is open.
   */
  readonly type: Scalars['String']['output'];
};

/** A customer in a list. */
export type KycEdge = {
  readonly __typename?: 'KycEdge';
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
  /** The customer's ID in the merchant's own system. */
  readonly customerId: Scalars['ID']['output'];
  /** What XGateway wants the end user to be told. */
  readonly endUserMessage?: Maybe<Scalars['String']['output']>;
  /** The documents that XGateway still waits for. */
  readonly missingDocuments: ReadonlyArray<KycDocument>;
  /** What the status asks of the customer. */
  readonly nextAction: KycNextAction;
  /** The step that XGateway is at, as sent, for example `VERIFICATION_IN_PROGRESS`. Older XGateway releases never say. */
  readonly processingStatus?: Maybe<Scalars['String']['output']>;
  /** The status as XGateway sent it; null when it sent null. */
  readonly rawStatus?: Maybe<Scalars['String']['output']>;
  /** Why XGateway refused, for example `BAD_SELFIE`. The set is open. */
  readonly rejectLabels: ReadonlyArray<Scalars['String']['output']>;
  /** Counts the customer's updates: 1, 2, 3, … without a gap. */
  readonly revision: Scalars['Int']['output'];
  /** The status, as far as this release knows it. */
  readonly status: KycStatus;
  /**
   * True for a `FULL_USER` that is not in doubt. One that comes back after a reversal and repeats an earlier revision is in
   * doubt until XGateway's API, or a person, confirms it. With `REQUIRE_CONFIRMATION` every `FULL_USER` waits for that.
   */
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
  /** Refused for now: the customer can correct the data and try again. */
  | 'SOFT_KYC_FAILED'
  /** A status that this release does not know. `rawStatus` has it as sent. */
  | 'UNRECOGNIZED';

/** How many customers are in a status now. */
export type KycStatusCount = {
  readonly __typename?: 'KycStatusCount';
  /** The number of customers whose latest update has this status. */
  readonly count: Scalars['Int']['output'];
  /** The status. Statuses that this release does not know are counted together as `UNRECOGNIZED`. */
  readonly status: KycStatus;
};

/** One change of a customer's KYC. Immutable. */
export type KycUpdate = KycState & {
  readonly __typename?: 'KycUpdate';
  /** True when the update itself is the word of XGateway's API, or of a person who has checked. */
  readonly confirmed: Scalars['Boolean']['output'];
  /** Names this update. A stream that is started `after` it carries every later one. */
  readonly cursor: Scalars['String']['output'];
  /** The customer's ID in the merchant's own system. */
  readonly customerId: Scalars['ID']['output'];
  /** What XGateway wanted the end user to be told. */
  readonly endUserMessage?: Maybe<Scalars['String']['output']>;
  /** The documents that XGateway still waited for. */
  readonly missingDocuments: ReadonlyArray<KycDocument>;
  /** What the status asks of the customer. */
  readonly nextAction: KycNextAction;
  /** The status before this update; null for the customer's first. */
  readonly previousStatus?: Maybe<KycStatus>;
  /** The step that XGateway was at, as sent, for example `VERIFICATION_IN_PROGRESS`. Older XGateway releases never say. */
  readonly processingStatus?: Maybe<Scalars['String']['output']>;
  /** The status as XGateway sent it; null when it sent null. */
  readonly rawStatus?: Maybe<Scalars['String']['output']>;
  /** When it was received. */
  readonly receivedAt: Scalars['DateTime']['output'];
  /** Why XGateway refused, for example `BAD_SELFIE`. The set is open. */
  readonly rejectLabels: ReadonlyArray<Scalars['String']['output']>;
  /**
   * The latest of the 32 revisions before this one that said exactly the same; null where none did. A late or repeated
   * callback looks like this.
   */
  readonly repeatsRevision?: Maybe<Scalars['Int']['output']>;
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
  readonly __typename?: 'KycUpdateConnection';
  /** The updates of this page, each with a cursor. */
  readonly edges: ReadonlyArray<KycUpdateEdge>;
  /** The updates of this page. */
  readonly nodes: ReadonlyArray<KycUpdate>;
  /** Whether there are more, and where they start. */
  readonly pageInfo: PageInfo;
};

/** An update in a list. */
export type KycUpdateEdge = {
  readonly __typename?: 'KycUpdateEdge';
  /** The place of this update in the list, for `after`: the update's own cursor. */
  readonly cursor: Scalars['String']['output'];
  /** The update. */
  readonly node: KycUpdate;
};

/** Selects updates. Conditions that are left out, or null, do not restrict. */
export type KycUpdateFilter = {
  /** Only updates that take `FULL_USER` back (true), or only those that do not (false). */
  readonly reversal?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only updates to one of these statuses. An empty list selects none. */
  readonly statuses?: InputMaybe<ReadonlyArray<KycStatus>>;
};

/** Whether a connection has more, as the Relay cursor specification defines it. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** The cursor of the last edge; null on an empty page. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  /** True when there is a page after this one. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** True when this page was asked for with `after`. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first edge; null on an empty page. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
};

/** What can be asked. */
export type Query = {
  readonly __typename?: 'Query';
  /**
   * A customer's KYC; null when XGateway never spoke of them. With a customer's own token any other customer is `FORBIDDEN`,
   * whether they exist or not.
   */
  readonly kyc?: Maybe<Kyc>;
  /** All customers, the most recently changed first. Needs the scope `kyc:read`. */
  readonly kycCustomers: KycConnection;
  /** How many customers are in each status now; statuses without a customer are left out. Needs the scope `kyc:read`. */
  readonly kycStatusCounts: ReadonlyArray<KycStatusCount>;
  /** The KYC of the token's own customer; null when XGateway never spoke of them. */
  readonly myKyc?: Maybe<Kyc>;
};


/** What can be asked. */
export type QueryKycArgs = {
  customerId: Scalars['ID']['input'];
};


/** What can be asked. */
export type QueryKycCustomersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KycFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What can be followed. */
export type Subscription = {
  readonly __typename?: 'Subscription';
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
    | ( CustomerRecord )
    | ( UpdateEntry )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Kyc: ResolverTypeWrapper<CustomerRecord>;
  KycConnection: ResolverTypeWrapper<Omit<KycConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['KycEdge']>, nodes: ReadonlyArray<ResolversTypes['Kyc']> }>;
  KycDocument: ResolverTypeWrapper<DocumentSource>;
  KycEdge: ResolverTypeWrapper<Omit<KycEdge, 'node'> & { node: ResolversTypes['Kyc'] }>;
  KycFilter: KycFilter;
  KycNextAction: KycNextAction;
  KycSource: KycSource;
  KycState: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['KycState']>;
  KycStatus: KycStatus;
  KycStatusCount: ResolverTypeWrapper<KycStatusCount>;
  KycUpdate: ResolverTypeWrapper<UpdateEntry>;
  KycUpdateConnection: ResolverTypeWrapper<Omit<KycUpdateConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['KycUpdateEdge']>, nodes: ReadonlyArray<ResolversTypes['KycUpdate']> }>;
  KycUpdateEdge: ResolverTypeWrapper<Omit<KycUpdateEdge, 'node'> & { node: ResolversTypes['KycUpdate'] }>;
  KycUpdateFilter: KycUpdateFilter;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Boolean: Scalars['Boolean']['output'];
  DateTime: Scalars['DateTime']['output'];
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Kyc: CustomerRecord;
  KycConnection: Omit<KycConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['KycEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Kyc']> };
  KycDocument: DocumentSource;
  KycEdge: Omit<KycEdge, 'node'> & { node: ResolversParentTypes['Kyc'] };
  KycFilter: KycFilter;
  KycState: ResolversInterfaceTypes<ResolversParentTypes>['KycState'];
  KycStatusCount: KycStatusCount;
  KycUpdate: UpdateEntry;
  KycUpdateConnection: Omit<KycUpdateConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['KycUpdateEdge']>, nodes: ReadonlyArray<ResolversParentTypes['KycUpdate']> };
  KycUpdateEdge: Omit<KycUpdateEdge, 'node'> & { node: ResolversParentTypes['KycUpdate'] };
  KycUpdateFilter: KycUpdateFilter;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type KycResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['Kyc'] = ResolversParentTypes['Kyc']> = {
  confirmed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  confirmedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  endUserMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  firstSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['KycUpdateConnection'], ParentType, ContextType, RequireFields<KycHistoryArgs, 'first'>>;
  latestUpdate?: Resolver<ResolversTypes['KycUpdate'], ParentType, ContextType>;
  missingDocuments?: Resolver<ReadonlyArray<ResolversTypes['KycDocument']>, ParentType, ContextType>;
  nextAction?: Resolver<ResolversTypes['KycNextAction'], ParentType, ContextType>;
  processingStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  rawStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  rejectLabels?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['KycStatus'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  verified?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type KycConnectionResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['KycConnection'] = ResolversParentTypes['KycConnection']> = {
  asOf?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['KycEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Kyc']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type KycDocumentResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['KycDocument'] = ResolversParentTypes['KycDocument']> = {
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type KycEdgeResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['KycEdge'] = ResolversParentTypes['KycEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Kyc'], ParentType, ContextType>;
};

export type KycStateResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['KycState'] = ResolversParentTypes['KycState']> = {
  __resolveType: TypeResolveFn<'Kyc' | 'KycUpdate', ParentType, ContextType>;
};

export type KycStatusCountResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['KycStatusCount'] = ResolversParentTypes['KycStatusCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['KycStatus'], ParentType, ContextType>;
};

export type KycUpdateResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['KycUpdate'] = ResolversParentTypes['KycUpdate']> = {
  confirmed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  endUserMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  missingDocuments?: Resolver<ReadonlyArray<ResolversTypes['KycDocument']>, ParentType, ContextType>;
  nextAction?: Resolver<ResolversTypes['KycNextAction'], ParentType, ContextType>;
  previousStatus?: Resolver<Maybe<ResolversTypes['KycStatus']>, ParentType, ContextType>;
  processingStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  rawStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  receivedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  rejectLabels?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  repeatsRevision?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reversal?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['KycSource'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['KycStatus'], ParentType, ContextType>;
  verified?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type KycUpdateConnectionResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['KycUpdateConnection'] = ResolversParentTypes['KycUpdateConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['KycUpdateEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['KycUpdate']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type KycUpdateEdgeResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['KycUpdateEdge'] = ResolversParentTypes['KycUpdateEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['KycUpdate'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  kyc?: Resolver<Maybe<ResolversTypes['Kyc']>, ParentType, ContextType, RequireFields<QueryKycArgs, 'customerId'>>;
  kycCustomers?: Resolver<ResolversTypes['KycConnection'], ParentType, ContextType, RequireFields<QueryKycCustomersArgs, 'first'>>;
  kycStatusCounts?: Resolver<ReadonlyArray<ResolversTypes['KycStatusCount']>, ParentType, ContextType>;
  myKyc?: Resolver<Maybe<ResolversTypes['Kyc']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = KycContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  kycStatusChanged?: SubscriptionResolver<ResolversTypes['KycUpdate'], "kycStatusChanged", ParentType, ContextType, Partial<SubscriptionKycStatusChangedArgs>>;
  kycUpdates?: SubscriptionResolver<ResolversTypes['KycUpdate'], "kycUpdates", ParentType, ContextType, Partial<SubscriptionKycUpdatesArgs>>;
};

export type Resolvers<ContextType = KycContext> = {
  DateTime?: GraphQLScalarType;
  Kyc?: KycResolvers<ContextType>;
  KycConnection?: KycConnectionResolvers<ContextType>;
  KycDocument?: KycDocumentResolvers<ContextType>;
  KycEdge?: KycEdgeResolvers<ContextType>;
  KycState?: KycStateResolvers<ContextType>;
  KycStatusCount?: KycStatusCountResolvers<ContextType>;
  KycUpdate?: KycUpdateResolvers<ContextType>;
  KycUpdateConnection?: KycUpdateConnectionResolvers<ContextType>;
  KycUpdateEdge?: KycUpdateEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
};

