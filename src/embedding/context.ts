/** The context of an operation in the application's own GraphQL server: everything of ours under one key, and its internals hidden. */
import { requireCustomer, type Viewer } from '../access/viewer.ts';
import type { KycUpdate as JournalUpdate } from '../domain/update.ts';
import type { Kyc, KycUpdate } from '../gateway/views.ts';
import type { OperationContext } from '../graphql/context.ts';
import { loadCustomer } from '../graphql/customer-loader.ts';
import type { Documents } from '../graphql/documents/documents.ts';
import type { OperationPolicy } from '../graphql/limits.ts';
import { fieldError } from '../graphql/operation-error.ts';
import type { CustomerRecord } from '../journal/journal.ts';
import type { EmbeddedStreams } from './embedded-streams.ts';

/**
 * The context that the gateway's types need. Spread it into the context of your own server.
 *
 * @example
 * ```ts
 * import { createKycGateway } from 'xgateway-kyc';
 *
 * const gateway = await createKycGateway({ secrets: { current: 'secret' }, access: { key: { secret: 'x'.repeat(32) } } });
 * const context = { ...(await gateway.context({ headers: { authorization: 'Bearer …' } })), shop: 'mine' };
 * show((await context.kyc.load('alice'))?.verified);
 * ```
 */
export interface KycContext {
  readonly kyc: KycAccess;
}

/** What resolvers of the application's own may read, by the rights of the caller. */
export interface KycAccess {
  /** Who asks; null without a token. */
  readonly viewer: Viewer | null;
  /**
   * A customer's KYC, under the same policy as `Query.kyc`; null when nothing is known of them. Return it where your schema says `Kyc`. All
   * that an operation loads in one turn of the event loop is one read of the journal.
   *
   * @throws a `GraphQLError`: `UNAUTHENTICATED` without a token, `FORBIDDEN` for another customer than the viewer's own,
   * `BAD_USER_INPUT` for text that can't be a customer ID.
   */
  load(customerId: string): Promise<Kyc | null>;
  /** The same for a list, in its order. A customer the viewer may not read is a `GraphQLError` in that place: GraphQL reports it for that item. */
  loadMany(customerIds: readonly string[]): Promise<readonly (Kyc | null | Error)[]>;
}

/** The gateway that a server's operations belong to. */
export interface EmbeddingHost {
  /** What the resolvers of an operation need. */
  contextFor(viewer: Viewer | null): OperationContext;
  /** A customer as this viewer may see them. */
  show(customer: CustomerRecord, viewer: Viewer): Kyc;
  /** An update as this viewer may see it. */
  showUpdate(update: JournalUpdate, viewer: Viewer): KycUpdate;
  /** Runs a read as one that `stop` waits for; `SHUTTING_DOWN` once the gateway is stopped. */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  readonly streams: EmbeddedStreams;
  /** What a subscription may request. */
  readonly policy: OperationPolicy;
  readonly documents: Documents;
}

class Access implements KycAccess {
  readonly #operation: OperationContext;
  readonly #host: EmbeddingHost;
  constructor(operation: OperationContext, host: EmbeddingHost) {
    this.#operation = operation;
    this.#host = host;
  }

  static partsOf(access: unknown): { readonly operation: OperationContext; readonly host: EmbeddingHost } {
    if (typeof access === 'object' && access !== null && #operation in access) {
      return { operation: access.#operation, host: access.#host };
    }
    throw new Error(
      "The operation's context has no `kyc` of the gateway. Spread `await gateway.context(request)` into your context.",
    );
  }

  get viewer(): Viewer | null {
    return this.#operation.viewer;
  }

  async load(customerId: string): Promise<Kyc | null> {
    try {
      const { journal, viewer } = this.#operation;
      const id = requireCustomer(viewer, customerId);
      const customer = await this.#host.run(() => loadCustomer(journal, id));
      return customer === null ? null : this.#host.show(customer, viewer as Viewer);
    } catch (error) {
      throw fieldError(error);
    }
  }

  loadMany(customerIds: readonly string[]): Promise<readonly (Kyc | null | Error)[]> {
    return Promise.all(customerIds.map((customerId) => this.load(customerId).catch(asError)));
  }
}

/** Makes the context of one operation. */
export function embeddedContext(operation: OperationContext, host: EmbeddingHost): KycContext {
  return { kyc: new Access(operation, host) };
}

/** The gateway's part of the application's own context. Throws when the context lacks it. */
export function partsOf(context: unknown): { readonly operation: OperationContext; readonly host: EmbeddingHost } {
  return Access.partsOf((context as Partial<KycContext> | null | undefined)?.kyc);
}

/** The same, but undefined instead of throwing when the context lacks it. */
export function operationOf(context: unknown): OperationContext | undefined {
  const access = (context as Partial<KycContext> | null | undefined)?.kyc;
  return access instanceof Access ? Access.partsOf(access).operation : undefined;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
