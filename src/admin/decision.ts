/** What a person gives with a decision, checked: who, why, and where the evidence is. */
import type { StaffDecision } from '../domain/trust.ts';
import { KycError } from '../errors.ts';

/** What a caller may give with a decision. Null and undefined: nothing. */
export interface Grounds {
  readonly reason?: string | null | undefined;
  readonly evidenceUrl?: string | null | undefined;
}

/** The longest reason, and the longest URL of evidence, in UTF-16 code units. */
const MAX_REASON_LENGTH = 2_000;
const MAX_URL_LENGTH = 2_000;

/** A decision of `by`. Throws `BAD_USER_INPUT` when a reason or URL can't be stored as given. */
export function decisionOf(by: string, { reason: given, evidenceUrl }: Grounds): StaffDecision {
  const reason = reasonOf(given);
  if (evidenceUrl != null) checkUrl(evidenceUrl);
  return { by, ...(reason !== null && { reason }), ...(evidenceUrl != null && { evidenceUrl }) };
}

/** The same, but a reason is required. */
export function explainedDecisionOf(by: string, grounds: Grounds): StaffDecision {
  const decision = decisionOf(by, grounds);
  if (decision.reason !== undefined) return decision;
  throw new KycError('BAD_USER_INPUT', '"reason" is empty. Say why: it is kept with the update.');
}

/** A reason, trimmed; null where there is none. Throws `BAD_USER_INPUT` when it is too long or not well-formed text. */
export function reasonOf(given: string | null | undefined): string | null {
  const reason = given?.trim() ?? '';
  if (reason === '') return null;
  if (reason.length <= MAX_REASON_LENGTH && reason.isWellFormed()) return reason;
  throw new KycError('BAD_USER_INPUT', `"reason" must be text of at most ${MAX_REASON_LENGTH} characters.`);
}

function checkUrl(url: string): void {
  // Only web addresses: the console shows it as a link, and a `javascript:` URL would run there.
  if (url.length <= MAX_URL_LENGTH && /^https?:\/\//i.test(url) && url.isWellFormed() && URL.canParse(url)) return;
  throw new KycError(
    'BAD_USER_INPUT',
    `"evidenceUrl" must be an http or https URL of at most ${MAX_URL_LENGTH} characters.`,
  );
}
