/** Credentials of a client that resumes: fetched with a deadline, and noticed when the gateway refuses the same ones again. */
import type { ClientOptions } from 'graphql-ws/client';
import { withDeadline } from './deadline.ts';
import type { KycFollowError } from './failure.ts';

/** Calls a `connectionParams` function with a deadline, and notices when the gateway refuses what cannot change. */
export function watchCredentials(given: ClientOptions['connectionParams'], timeoutMs: number) {
  let current: string | undefined;
  let refused: string | undefined;
  return {
    params:
      typeof given !== 'function'
        ? given
        : async () => {
            const params = await withDeadline('connectionParams', timeoutMs, given);
            current = JSON.stringify(params);
            return params;
          },
    /** Whether the last connection was refused because of its credentials and the next would send the same ones. */
    areRefused: false,
    closed(failure: KycFollowError): void {
      const isRefused = failure.code === 'UNAUTHENTICATED';
      this.areRefused = isRefused && (typeof given !== 'function' || (current !== undefined && current === refused));
      if (isRefused) refused = current;
    },
  };
}
