/** The places that operations of an Apollo Server have in their subjects' budgets. */
import type { BaseContext, GraphQLRequestContext } from '@apollo/server';
import type { Limits } from '../access/limits.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Admission } from '../http/admission.ts';
import type { MaybePromise } from '../journal/maybe-promise.ts';
import { checkTokens } from './apollo-refusal.ts';
import type { OperationContext } from './context.ts';

/** Whose places they are. */
export interface PlacesOptions {
  /** Null: the caller of Apollo Server takes and leaves them. */
  readonly admission: Admission | null;
  readonly limits: Limits;
  readonly operationOf: (contextValue: unknown) => OperationContext;
}

/** Why an operation is refused. */
export interface PlaceRefused {
  readonly error: unknown;
}

type Context = GraphQLRequestContext<BaseContext>;

/** The places that are taken. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #taken = new WeakMap<object, Viewer | null>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** Takes a place. A promise: it waits for its turn. Null: it has its turn. Otherwise why there is none. Never throws or rejects. */
  enter(context: Context): MaybePromise<PlaceRefused | null> {
    const { admission } = this.#options;
    return admission === null ? null : this.#enter(context, admission);
  }

  async #enter({ request, contextValue }: Context, admission: Admission): Promise<PlaceRefused | null> {
    const { limits, operationOf } = this.#options;
    try {
      const { viewer } = operationOf(contextValue);
      const turn = admission.enter(viewer);
      this.#taken.set(contextValue, viewer);
      if (turn !== undefined) await turn;
      checkTokens(request.query, limits.tokens);
      return null;
    } catch (error) {
      return { error };
    }
  }

  /** Gives the place back, if there is one. */
  leave({ contextValue }: Context): void {
    const { admission } = this.#options;
    const viewer = admission === null ? undefined : this.#taken.get(contextValue);
    if (viewer === undefined) return;
    this.#taken.delete(contextValue);
    admission?.leave(viewer);
  }
}
