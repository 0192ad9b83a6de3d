/**
 * The gateway's resolvers for the application's own schema. Each takes our context out of the application's, and gives errors
 * that every server answers with their code. The rule about who may see a customer travels with the data: the fields of `Kyc` and
 * `KycUpdate` check it too, whichever of the application's resolvers returned the object.
 */
import { type GraphQLResolveInfo, isScalarType } from 'graphql';
import { requireCustomer, type Viewer } from '../access/viewer.ts';
import type { KycUpdate } from '../domain/update.ts';
import { FeedCursor } from '../feed/cursor.ts';
import type { OperationContext } from '../graphql/context.ts';
import { entityOrError } from '../graphql/federation.ts';
import { checkNotExpired } from '../graphql/gate.ts';
import { fieldError } from '../graphql/operation-error.ts';
import { resolversOf } from '../graphql/schema.ts';
import type { CustomerRecord } from '../journal/journal.ts';
import { checkSubscription } from './check-operation.ts';
import { type KycContext, partsOf } from './context.ts';
import { recordOf } from './shown-records.ts';
import { HOLDERS, readShown, shownAs, shownResult } from './shown-sources.ts';

// biome-ignore lint/suspicious/noExplicitAny: arguments are as different as the fields
type Resolver<Context> = (source: unknown, args: any, context: Context, info: GraphQLResolveInfo) => unknown;

interface SubscriptionField<Context> {
  readonly subscribe: Resolver<Context>;
  readonly resolve: Resolver<Context>;
}

/** Checks that the viewer may see the object whose field is read. */
type Check = (source: unknown, viewer: Viewer | null) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  Kyc: (source, viewer) => checkCustomer('Kyc', (source as Partial<CustomerRecord> | null)?.latest?.customerId, viewer),
  KycUpdate: (source, viewer) => checkCustomer('KycUpdate', (source as Partial<KycUpdate> | null)?.customerId, viewer),
};

/** Resolvers by type and field, as graphql-tools and Apollo Server take them. */
// biome-ignore lint/suspicious/noExplicitAny: arguments are as different as the fields
export type EmbeddedResolvers = Readonly<Record<string, any>>;

/** Fields of these types are operations, which `stop` waits for. */
const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation']);

/** The resolvers for `typeDefsOf(hasNode)` in a schema of the application's own. They want a `KycContext`. */
export function embeddedResolversOf(hasNode: boolean): EmbeddedResolvers {
  return embedded(resolversOf(hasNode));
}

/** Fields that need no resolver in our own server. */
const HOLDER_RESOLVERS: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(HOLDERS).map(([type, field]) => [type, { [field]: readShown(field) }]),
);

/** Adapts resolvers that need an `OperationContext` to servers that have a `KycContext`. */
export function embedded(resolvers: Readonly<Record<string, object>>): EmbeddedResolvers {
  const entries = Object.entries({ ...HOLDER_RESOLVERS, ...resolvers }).map(([type, fields]) => [
    type,
    isScalarType(fields) ? fields : embedFields(type, { ...HOLDER_RESOLVERS[type], ...fields }),
  ]);
  return Object.fromEntries(entries);
}

function embedFields(
  type: string,
  fields: object,
): Record<string, Resolver<KycContext> | SubscriptionField<KycContext>> {
  const entries = Object.entries(fields) as [
    string,
    Resolver<OperationContext> | SubscriptionField<OperationContext>,
  ][];
  return Object.fromEntries(
    entries.map(([name, field]) => {
      if (typeof field !== 'function') return [name, embedSubscription(field)];
      if (name === '__resolveType') return [name, (source: unknown) => field(recordOf(source), {}, UNUSED, UNUSED)];
      return [name, name === '__resolveReference' ? embedReference(type, field) : embed(type, field)];
    }),
  );
}

function embed(type: string, resolve: Resolver<OperationContext>): Resolver<KycContext> {
  const check = CHECKS[type];
  const isRoot = ROOTS.has(type);
  return (source, args, context, info) => {
    try {
      const { operation, host } = partsOf(context);
      const record = recordOf(source);
      check?.(record, operation.viewer);
      const read = () => resolve(record, args, operation, info);
      const result = isRoot ? host.run(read) : read();
      const show = (found: unknown) => shownResult(found, info, operation.viewer, host);
      return result instanceof Promise ? result.then((found) => show(withFieldErrors(found)), rethrow) : show(result);
    } catch (error) {
      throw fieldError(error);
    }
  };
}

/** Federation calls it with a representation, the context and the info: there are no arguments. */
function embedReference(type: string, resolve: Resolver<OperationContext>): Resolver<KycContext> {
  // biome-ignore lint/suspicious/noExplicitAny: the second parameter of such a resolver is the context
  return async (representation, context: any) =>
    fieldError(
      await entityOrError(async () => {
        const { operation, host } = partsOf(context);
        const found = await host.run(() => resolve(representation, operation, UNUSED, UNUSED));
        return shownAs(type, found, operation.viewer, host);
      }),
    );
}

function embedSubscription({ subscribe, resolve }: SubscriptionField<OperationContext>): SubscriptionField<KycContext> {
  return {
    resolve: embed('Subscription', resolve),
    async subscribe(source, args, context, info) {
      try {
        const { operation, host } = partsOf(context);
        checkNotExpired(operation.viewer);
        await checkSubscription(info, operation, host);
        const cursor = await subscribe(source, args, operation, info);
        return cursor instanceof FeedCursor ? host.streams.open(cursor, operation) : cursor;
      } catch (error) {
        throw fieldError(error);
      }
    },
  };
}

function checkCustomer(type: string, customerId: unknown, viewer: Viewer | null): void {
  if (typeof customerId === 'string') {
    requireCustomer(viewer, customerId);
    return;
  }
  throw new TypeError(
    `A resolver returned something other than a ${type} of the gateway. Return what context.kyc.load(customerId) or gateway.kyc(customerId) gives.`,
  );
}

/** Telling types apart takes the object alone. */
const UNUSED = undefined as never;

/** An error in a list is reported for its item. */
function withFieldErrors(result: unknown): unknown {
  return Array.isArray(result) ? result.map(fieldError) : result;
}

function rethrow(error: unknown): never {
  throw fieldError(error);
}

/**
 * Makes the resolver for a field of yours that shows a customer's KYC, with the policy and batching of `context.kyc.load`.
 *
 * @param customerIdOf the customer's ID in your system, from the object that the field belongs to; null or undefined: the field is null.
 *
 * @example
 * ```ts
 * import { kycField } from 'xgateway-kyc';
 *
 * // type Order { buyerKyc: Kyc }
 * const resolvers = { Order: { buyerKyc: kycField((order: { buyerId: string }) => order.buyerId) } };
 * show(resolvers);
 * ```
 */
export function kycField<Source>(customerIdOf: (source: Source) => string | null | undefined) {
  return (source: Source, _args: unknown, context: KycContext) => {
    const customerId = customerIdOf(source);
    return customerId == null ? null : context.kyc.load(customerId);
  };
}
