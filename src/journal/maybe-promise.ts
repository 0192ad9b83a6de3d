/** A value, or a promise of it: an embedded journal answers synchronously and spares its callers the wait. */
export type MaybePromise<T> = T | Promise<T>;
