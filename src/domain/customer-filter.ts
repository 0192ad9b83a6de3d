/** How lists select customers, besides their status. */
import { isInDoubt, isReversal, type UpdateContent } from './update.ts';

/** Every standing. The order is stored: append only. */
export const KYC_STANDINGS = ['OTHER', 'VERIFIED', 'IN_DOUBT', 'REVERSED'] as const;

/** Where a customer's latest update leaves them: verified, a `FULL_USER` in doubt, just reversed, or none of these. */
export type KycStanding = (typeof KYC_STANDINGS)[number];

/** The standing after an update. */
export function standingOf(update: Pick<UpdateContent, 'status' | 'previousStatus' | 'verified'>): KycStanding {
  if (update.verified) return 'VERIFIED';
  if (isInDoubt(update)) return 'IN_DOUBT';
  return isReversal(update) ? 'REVERSED' : 'OTHER';
}

/** Conditions on a customer's latest update. One that is left out, or null, does not restrict; every other has to hold. */
export interface StandingFilter {
  /** Only customers who are verified (true), or only those who are not (false). */
  readonly verified?: boolean | null | undefined;
  /** Only customers who are in doubt (true), or only those who are not (false). */
  readonly inDoubt?: boolean | null | undefined;
  /** Only customers whose latest update takes `FULL_USER` away (true), or only the others (false). */
  readonly reversed?: boolean | null | undefined;
}

/** The standings that a filter selects; null: all of them. */
export function standingsOf({ verified, inDoubt, reversed }: StandingFilter): readonly KycStanding[] | null {
  const selected = KYC_STANDINGS.filter(
    (standing) =>
      (verified == null || verified === (standing === 'VERIFIED')) &&
      (inDoubt == null || inDoubt === (standing === 'IN_DOUBT')) &&
      (reversed == null || reversed === (standing === 'REVERSED')),
  );
  return selected.length === KYC_STANDINGS.length ? null : selected;
}
