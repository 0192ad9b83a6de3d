/** Recording what another system knows about a customer. */

import type { Logger } from 'pino';
import { requireCustomerId } from '../access/customer-id.ts';
import { FULL_USER, KYC_STATUSES, type KycStatus, rawStatusOf } from '../domain/kyc.ts';
import type { KycReport, KycUpdate } from '../domain/update.ts';
import { KycError } from '../errors.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import { currentTime } from '../schedule/clock.ts';

/** What another system knows about a customer. A field that is left out was not said. */
export interface ImportedReport {
  readonly customerId: string;
  /** The status. `UNRECOGNIZED` is `BAD_USER_INPUT`. */
  readonly status: KycStatus;
  readonly processingStatus?: string | null | undefined;
  /** The documents that XGateway waits for, by the names it sends. */
  readonly missingDocuments?: readonly string[] | undefined;
  readonly rejectLabels?: readonly string[] | undefined;
  readonly endUserMessage?: string | null | undefined;
}

/** Who records a report, and whether they vouch for it. */
export interface ImportGrounds {
  readonly by: string;
  /** Whether `by` vouches for a `FULL_USER`: it is not in doubt then. */
  readonly isVerified: boolean;
}

/** What a report changed. `UNCHANGED`: it said nothing new. */
export interface Recorded {
  readonly outcome: 'APPLIED' | 'UNCHANGED';
  /** The update that it made; null: none. */
  readonly update: KycUpdate | null;
}

/** The longest text, and the longest list, that a report may hold. */
const MAX_TEXT_LENGTH = 2_000;
const MAX_ITEMS = 100;

/** Records a report with the source `IMPORT`. Rejects with `BAD_USER_INPUT` for a report that can't be stored as given. */
export async function recordImport(
  {
    queue,
    requireConfirmation,
    confirmRequiresTwo,
    log,
  }: {
    readonly queue: CommitQueue;
    readonly requireConfirmation: boolean;
    readonly confirmRequiresTwo: boolean;
    readonly log: Logger;
  },
  given: ImportedReport,
  { by, isVerified }: ImportGrounds,
): Promise<Recorded> {
  const report = { ...reportOf(given), extra: { importedBy: by } };
  if (confirmRequiresTwo && isVerified && report.status === FULL_USER) {
    throw new KycError(
      'BAD_USER_INPUT',
      'Two people have to verify a customer (CONFIRM_REQUIRES_TWO). Record without "verified", then let both confirm.',
    );
  }
  const recorded = await queue.submit({
    report,
    circumstances: {
      source: 'IMPORT',
      receivedAt: currentTime(),
      requireConfirmation,
      ...(isVerified && { decision: { by } }),
    },
  });
  if (recorded.outcome !== 'applied') return { outcome: 'UNCHANGED', update: null };
  const { customerId, revision } = recorded.update;
  log.info({ customerId, revision, status: given.status, isVerified, by }, 'The KYC of a customer was imported');
  return { outcome: 'APPLIED', update: recorded.update };
}

function reportOf({ customerId, status, ...said }: ImportedReport): KycReport {
  requireCustomerId(customerId);
  const rawStatus = KYC_STATUSES.includes(status) ? rawStatusOf(status) : undefined;
  if (rawStatus === undefined)
    throw new KycError('BAD_USER_INPUT', '"status" must be one of KYC_STATUSES, not UNRECOGNIZED.');
  const { processingStatus, missingDocuments, rejectLabels, endUserMessage } = said;
  return {
    customerId,
    status: rawStatus,
    ...(processingStatus !== undefined && { processingStatus: text('processingStatus', processingStatus) }),
    ...(missingDocuments !== undefined && { missingDocuments: list('missingDocuments', missingDocuments) }),
    ...(rejectLabels !== undefined && { rejectLabels: list('rejectLabels', rejectLabels) }),
    ...(endUserMessage !== undefined && { endUserMessage: text('endUserMessage', endUserMessage) }),
  };
}

function text(field: string, value: string | null): string | null {
  if (value === null || (typeof value === 'string' && value.length <= MAX_TEXT_LENGTH && value.isWellFormed()))
    return value;
  throw new KycError('BAD_USER_INPUT', `"${field}" must be null or text of at most ${MAX_TEXT_LENGTH} characters.`);
}

/** Trimmed, without empty or repeated items, as in callbacks. */
function list(field: string, items: readonly string[]): readonly string[] {
  const isList = Array.isArray(items) && items.length <= MAX_ITEMS && items.every((item) => typeof item === 'string');
  if (!isList) throw new KycError('BAD_USER_INPUT', `"${field}" must be a list of at most ${MAX_ITEMS} texts.`);
  return [...new Set(items.map((item) => (text(field, item) as string).trim()).filter((item) => item !== ''))];
}
