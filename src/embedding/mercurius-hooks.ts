/** The gateway's rules as hooks of Mercurius. Subscriptions check themselves where they are opened: Mercurius gives its hooks no variables. */
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { ObserveOperation } from '../graphql/observe.ts';
import { asOperationError } from '../graphql/operation-error.ts';
import type { EmbeddedOperation } from './check-operation.ts';
import { type ObservedResult, observed } from './observed.ts';

/** What Mercurius puts into its context, as far as the hooks read it. */
export interface MercuriusContext {
  /** The answer of an operation over HTTP. */
  readonly reply?: { readonly raw?: { once?(event: 'close', listener: () => void): unknown } };
}

/** Hooks for `app.graphql.addHook(name, hook)`. Structural, so that the package needs nothing of Mercurius'. */
export interface KycMercuriusHooks {
  preExecution(
    schema: GraphQLSchema,
    document: DocumentNode,
    context: MercuriusContext,
    variables: object,
  ): Promise<undefined>;
  onResolution(execution: unknown, context: MercuriusContext): Promise<undefined>;
}

/** What the hooks stand on. */
export interface MercuriusHooksOptions {
  readonly checkOperation: (operation: EmbeddedOperation) => Promise<void>;
  /** Takes a place for an operation; resolves with what gives it back. */
  readonly admit: (contextValue: unknown) => Promise<() => void>;
  readonly observe: ObserveOperation;
}

/** A place is given back by then, whatever failed: over WebSocket Mercurius calls no hook after an error formatter that throws. */
const LONGEST_MS = 60_000;

/** Makes the hooks. An operation that is refused is not executed; its place in the subject's budget ends with its answer. */
export function mercuriusHooks({ checkOperation, admit, observe }: MercuriusHooksOptions): KycMercuriusHooks {
  const taken = new WeakMap<
    object,
    { readonly leave: () => void; readonly answered: (result?: ObservedResult) => void }[]
  >();
  return {
    async preExecution(schema, document, contextValue, variables) {
      const answered = observed(observe, { document });
      const leave = once(await admit(contextValue));
      try {
        // Mercurius' variables have no prototype.
        await checkOperation({ schema, document, contextValue, variableValues: { ...variables } });
      } catch (error) {
        leave();
        answered({ errors: [asOperationError(error)] });
        throw error;
      }
      setTimeout(leave, LONGEST_MS).unref();
      contextValue.reply?.raw?.once?.('close', leave);
      taken.set(contextValue, [...(taken.get(contextValue) ?? []), { leave, answered }]);
      return undefined;
    },
    async onResolution(execution, context) {
      const place = taken.get(context)?.pop();
      place?.leave();
      place?.answered(execution as ObservedResult);
      return undefined;
    },
  };
}

function once(leave: () => void): () => void {
  let isLeft = false;
  return () => {
    if (!isLeft) leave();
    isLeft = true;
  };
}
