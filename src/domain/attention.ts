/** Which updates wait for a person. Pure. */
import { statusOf } from './kyc.ts';
import type { StaffDecision } from './trust.ts';
import { isInDoubt, isReversal, type UpdateContent } from './update.ts';

/** Why an update waits until a person acknowledges it, the most important first. The order is stored: append only. */
export const FLAGS = ['REVERSAL', 'UNRECOGNIZED_STATUS', 'POSSIBLY_LATE'] as const;

/** Why an update waits until a person acknowledges it. */
export type Flag = (typeof FLAGS)[number];

const REVERSAL = 1;
const UNRECOGNIZED_STATUS = 2;
const POSSIBLY_LATE = 4;

/** Every combination of flags that an update can have. */
export const FLAG_SETS: readonly number[] = Array.from({ length: 2 ** FLAGS.length - 1 }, (_, index) => index + 1);

/** Why a `FULL_USER` is in doubt. `UNCONFIRMED`: nothing speaks against it, but nothing confirmed it either. */
export type KycDoubtReason = 'REVERSAL' | 'DENIAL' | 'IMPORT' | 'UNCONFIRMED';

/** Who acknowledged an update that waited for a person: explicitly, or by a decision about its customer. */
export interface Acknowledgement extends StaffDecision {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Why an update waits for a person: a bit for each of `FLAGS`, 0 for most. What a person recorded doesn't wait for one. Called for
 * each callback.
 */
export function flagsOf(update: UpdateContent): number {
  if (update.source === 'STAFF') return 0;
  return (
    (isReversal(update) ? REVERSAL : 0) |
    (statusOf(update.status) === 'UNRECOGNIZED' ? UNRECOGNIZED_STATUS : 0) |
    (update.possiblyLate === true ? POSSIBLY_LATE : 0)
  );
}

/** The names of flags. */
export function namesOfFlags(flags: number): readonly Flag[] {
  return FLAGS.filter((_, index) => flags & (1 << index));
}

/** Why an update leaves its customer in doubt; null: it does not. */
export function doubtReasonOf(
  update: Pick<UpdateContent, 'status' | 'verified' | 'doubt' | 'doubtful'>,
): KycDoubtReason | null {
  if (!isInDoubt(update)) return null;
  // Release 0.1 knew one doubt, and did not name it.
  return update.doubt ?? (update.doubtful ? 'REVERSAL' : 'UNCONFIRMED');
}
