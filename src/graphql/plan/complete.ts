/**
 * Completing values: from what a resolver gives to what the answer holds. Only values without an error are completed; everything else
 * is `GIVE_UP`. Everything stays synchronous as long as no resolver gives a promise.
 */
import type { GraphQLLeafType } from 'graphql';
import type { OperationContext } from '../context.ts';
import type { Variables } from '../variables.ts';
import { GIVE_UP } from './give-up.ts';

/** One execution of a plan. */
export interface Run {
  readonly context: OperationContext;
  /** Coerced, and of this execution alone. */
  readonly variables: Variables;
}

/** Completes a value; what it returns may be a promise. Throws, or rejects, when there is no answer without an error. */
export type Complete = (value: unknown, run: Run) => unknown;

/** A field of an object, with the name that the answer has it under. */
export interface PlannedField {
  readonly key: string;
  readonly resolve: Complete;
}

/** Whether it is a promise, as graphql-js sees it. */
export function isThenable(value: unknown): value is Promise<unknown> {
  // Asked for each field: `in` beside it would take as long again.
  return (
    typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
  );
}

/** Completes what may be null. */
export function nullable(complete: Complete): Complete {
  return (value, run) => {
    if (value == null) return null;
    if (value instanceof Error) throw GIVE_UP;
    return complete(value, run);
  };
}

/** Completes what must not be null. */
export function nonNull(complete: Complete): Complete {
  return (value, run) => {
    if (value == null || value instanceof Error) throw GIVE_UP;
    return complete(value, run);
  };
}

/** Completes a scalar or an enum. */
export function leaf(type: GraphQLLeafType): Complete {
  return (value) => {
    const serialized = type.serialize(value);
    if (serialized == null) throw GIVE_UP;
    return serialized;
  };
}

/** Completes a list. */
export function list(complete: Complete): Complete {
  return (value, run) => {
    if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) throw GIVE_UP;
    const given = Array.isArray(value) ? (value as readonly unknown[]) : Array.from(value as Iterable<unknown>);
    const items: unknown[] = [];
    const pending: Promise<void>[] = [];
    const put = (index: number, completed: unknown): void => {
      items[index] = completed;
      if (!isThenable(completed)) return;
      const known = completed.then((item) => {
        items[index] = item;
      });
      pending.push(known);
    };
    try {
      for (const [index, item] of given.entries()) {
        put(index, isThenable(item) ? item.then((known) => complete(known, run)) : complete(item, run));
      }
    } catch (error) {
      // Promises that stand behind it in the list are under way as well.
      return abandon([...pending, ...given.filter(isThenable)], error);
    }
    return pending.length === 0 ? items : whenAll(pending, items);
  };
}

/** Completes an object. */
export function object(fields: readonly PlannedField[]): Complete {
  return (source, run) => {
    const data: Record<string, unknown> = {};
    let pending: Promise<void>[] | null = null;
    try {
      for (const { key, resolve } of fields) {
        const value = resolve(source, run);
        // Now, for its place: the answer has fields in the order in which they are requested.
        data[key] = value;
        if (!isThenable(value)) continue;
        const known = value.then((awaited) => {
          data[key] = awaited;
        });
        pending ??= [];
        pending.push(known);
      }
    } catch (error) {
      return abandon(pending ?? [], error);
    }
    return pending === null ? data : whenAll(pending, data);
  };
}

/** Resolves with the answer. Rejects only once none of it is still running, so that nothing overlaps with executing the operation again. */
async function whenAll<Value>(pending: readonly Promise<void>[], value: Value): Promise<Value> {
  try {
    await Promise.all(pending);
    return value;
  } catch (error) {
    await Promise.allSettled(pending);
    throw error;
  }
}

function abandon(pending: readonly Promise<unknown>[], error: unknown): Promise<never> {
  if (pending.length === 0) throw error;
  return Promise.allSettled(pending).then(() => {
    throw error;
  });
}
