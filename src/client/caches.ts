/**
 * What the normalised caches of other clients need to know about the gateway's types, so that an update shows in every view: which
 * objects are the same. A document that selects `id` needs none of it; these find the same ID where it selects `customerId`.
 */
import { EMBEDDED_TYPES } from './generated/embedded-types.ts';
import { globalId } from './global-id.ts';

/** An object's fields as far as they were selected. */
export interface CacheKeyFields {
  readonly id?: unknown;
  readonly customerId?: unknown;
  readonly revision?: unknown;
}

const keyOfKyc = ({ id, customerId }: CacheKeyFields): string | null => {
  if (typeof id === 'string') return id;
  return typeof customerId === 'string' ? globalId(`Kyc:${customerId}`) : null;
};

const keyOfUpdate = ({ id, customerId, revision }: CacheKeyFields): string | null => {
  if (typeof id === 'string') return id;
  if (typeof customerId !== 'string' || typeof revision !== 'number') return null;
  return globalId(`KycUpdate:${revision}:${customerId}`);
};

/** What Apollo Client gives a `keyFields` function besides the object. */
export interface ApolloKeyContext {
  // biome-ignore lint/suspicious/noExplicitAny: Apollo Client's own signature, which this has to fit
  readonly readField: (...given: any[]) => any;
}

/** What Apollo Client gives a `read` function. */
export interface ApolloReadContext {
  readonly args: Readonly<Record<string, unknown>> | null;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly toReference: (...given: any[]) => any;
  readonly canRead: (value: never) => boolean;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly readField: (...given: any[]) => any;
}

/** A key with its type, or false: the object is kept inside the one that it was read from. */
const apolloKey =
  (type: string, keyOf: (fields: CacheKeyFields) => string | null) =>
  // The fields by their names in the schema: a document may have aliases.
  (_object: unknown, { readField }: ApolloKeyContext): string | false => {
    const key = keyOf({ id: readField('id'), customerId: readField('customerId'), revision: readField('revision') });
    return key !== null && `${type}:${key}`;
  };

const replaced = { merge: false } as const;
const merged = { merge: true } as const;

/**
 * Apollo Client's `typePolicies` for the gateway's types. With them an update shows in every view of its customer without a refetch,
 * whether documents select `id` or only `customerId`; a list that got shorter is replaced without a warning; and `kyc` and `myKyc`
 * show a customer with their first update. Select `id` in queries with `asOf`.
 *
 * @example
 * import { InMemoryCache } from '@apollo/client';
 * import { apolloTypePolicies } from 'xgateway-kyc/client';
 *
 * const cache = new InMemoryCache({ typePolicies: { ...apolloTypePolicies } });
 */
export const apolloTypePolicies = {
  Kyc: {
    keyFields: apolloKey('Kyc', keyOfKyc),
    fields: { missingDocuments: replaced, rejectLabels: replaced, confirmedBy: replaced, history: merged },
  },
  KycUpdate: { keyFields: apolloKey('KycUpdate', keyOfUpdate) },
  KycConnection: { fields: { nodes: replaced, edges: replaced } },
  KycUpdateConnection: { fields: { nodes: replaced, edges: replaced } },
  Query: {
    fields: {
      // Null until XGateway has reported something; from then on, the customer of the latest update of their own.
      myKyc: {
        read: (existing: unknown, { readField }: ApolloReadContext): unknown => {
          if (existing != null) return existing;
          const update = readField({ fieldName: 'kycStatusChanged', args: {}, from: { __ref: 'ROOT_SUBSCRIPTION' } });
          return (update && readField('kyc', update)) ?? existing;
        },
      },
      kyc: {
        read: (existing: unknown, { args, toReference, canRead }: ApolloReadContext): unknown => {
          if (existing != null || args == null || args['asOf'] != null || typeof args['customerId'] !== 'string')
            return existing;
          const known = toReference(`Kyc:${globalId(`Kyc:${args['customerId']}`)}`);
          return canRead(known as never) ? known : existing;
        },
      },
    },
  },
  // The latest update of a customer, wherever the stream started.
  Subscription: {
    fields: {
      kycStatusChanged: {
        keyArgs: (args: Readonly<Record<string, unknown>> | null): string =>
          JSON.stringify(args?.['customerId'] ?? null),
      },
    },
  },
} as const;

/**
 * `keys` for urql's normalised cache (`@urql/exchange-graphcache`): as `apolloTypePolicies`, and null for the types whose objects
 * belong to the object that they were read from.
 *
 * @example
 * import { cacheExchange } from '@urql/exchange-graphcache';
 * import { urqlKeys } from 'xgateway-kyc/client';
 *
 * const cache = cacheExchange({ keys: { ...urqlKeys } });
 */
export const urqlKeys: Readonly<Record<string, (data: CacheKeyFields) => string | null>> =
  /* @__PURE__ */ Object.assign(
    /* @__PURE__ */ Object.fromEntries(/* @__PURE__ */ EMBEDDED_TYPES.map((type) => [type, () => null])),
    { Kyc: keyOfKyc, KycUpdate: keyOfUpdate },
  );
