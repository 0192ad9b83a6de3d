/** A resuming subscription as an async iterator. */
import { cursorIn, type Payload, type Sink } from './attempt.ts';
import { Mailbox } from './mailbox.ts';

/** How many results may wait for a slow consumer. Beyond that the subscription is ended, and resumed once they are taken. */
const MAX_WAITING = 256;

/** A subscription as an async iterator. Leaving it ends the subscription, and answers a pull that is pending. */
export function iterate(subscribe: (payload: Payload, sink: Sink) => () => void, payload: Payload) {
  let after = payload.variables?.['after'];
  let isPaused = false;
  let leave = (): void => {};
  const start = (): Mailbox<never> => {
    const results = new Mailbox<never>();
    isPaused = false;
    const resumed = after === undefined ? payload : { ...payload, variables: { ...payload.variables, after } };
    leave = subscribe(resumed, {
      next(result) {
        results.push(result as never);
        if (results.size < MAX_WAITING || cursorIn(result) === undefined) return;
        isPaused = true;
        leave();
      },
      error: (error) => results.end(error),
      complete: () => results.end(null),
    });
    return results;
  };
  let current = start();
  const results = async function* () {
    for (;;) {
      for await (const result of current.items()) {
        after = cursorIn(result) ?? after;
        yield result;
      }
      if (!isPaused) return;
      current = start();
    }
  };
  return Object.assign(results(), {
    return() {
      leave();
      isPaused = false;
      current.end(null);
      return Promise.resolve({ done: true, value: undefined } as const);
    },
  });
}
