/** Waits until a customer's KYC satisfies a condition. */
import { KycError } from '../errors.ts';
import { customerAtUpdate } from '../journal/as-of.ts';
import type { Journal } from '../journal/journal.ts';
import type { WaitOptions } from './api-contract.ts';
import type { UpdateStreams } from './update-streams.ts';
import { type Kyc, kycView } from './views.ts';

/** How long a wait may last unless its caller says otherwise, in milliseconds. */
export const DEFAULT_WAIT_MS = 60_000;
/** The longest timer of Node. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/** Resolves with the customer as they were at the first update for which `predicate` is true. See `KycApi.waitFor`. */
export async function waitFor(
  { journal, streams }: { readonly journal: Journal; readonly streams: UpdateStreams },
  customerId: string,
  predicate: (kyc: Kyc) => boolean,
  { signal, timeoutMs = DEFAULT_WAIT_MS }: WaitOptions = {},
): Promise<Kyc> {
  if (!(timeoutMs > 0 && timeoutMs <= MAX_WAIT_MS)) {
    throw new KycError('BAD_USER_INPUT', `"timeoutMs" must be from 1 to ${MAX_WAIT_MS} milliseconds.`);
  }
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(timedOut(timeoutMs)), timeoutMs);
  try {
    const either = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
    const updates = streams.follow({ after: null, customerId, matches: () => true, signal: either });
    for await (const update of updates) {
      const now = await streams.run(() => journal.customer(customerId));
      // Erased since: the stream says so.
      if (now === null) continue;
      const kyc = kycView(journal, customerAtUpdate(now, update));
      if (predicate(kyc)) return kyc;
    }
    throw new Error('A stream of updates ended without a reason.');
  } finally {
    clearTimeout(timer);
  }
}

/** As `AbortSignal.timeout` fails. */
function timedOut(timeoutMs: number): DOMException {
  return new DOMException(`The customer did not satisfy the predicate within ${timeoutMs} ms.`, 'TimeoutError');
}
