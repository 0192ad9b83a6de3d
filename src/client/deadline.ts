/** Bounds a wait on the application's own code: a token function, a storage. It may throw, hang, or answer late. */

/** The work did not settle in time. */
export class DeadlineError extends Error {
  constructor(what: string, milliseconds: number) {
    super(`${what} did not answer within ${milliseconds / 1_000} s.`);
    this.name = 'DeadlineError';
  }
}

/**
 * The result of `work`. Rejects with what it rejects with, with a `DeadlineError` after `milliseconds`, or with the reason of
 * `signal` when that aborts first. What `work` does later is ignored.
 */
export function withDeadline<Result>(
  what: string,
  milliseconds: number,
  work: () => Result | PromiseLike<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => settle(() => reject(signal?.reason));
    const timer = setTimeout(() => settle(() => reject(new DeadlineError(what, milliseconds))), milliseconds);
    const settle = (report: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      report();
    };
    signal?.addEventListener('abort', aborted);
    if (signal?.aborted) return aborted();
    // In a `then`, so that work that throws at once rejects like work that rejects.
    Promise.resolve()
      .then(work)
      .then(
        (result) => settle(() => resolve(result)),
        (error: unknown) => settle(() => reject(error)),
      );
  });
}
