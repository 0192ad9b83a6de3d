/** Checks the arguments of the code API: callers without TypeScript make mistakes that types would prevent. */
import { KYC_SOURCES, KYC_STATUSES } from '../domain/kyc.ts';
import type { KycUpdateFilter } from '../domain/update-filter.ts';
import { KycError } from '../errors.ts';

const MAX_BY_LENGTH = 256;

/** Who decided. Throws `BAD_USER_INPUT` for anything but a text of 1 to 256 characters. */
export function checkBy(by: string): string {
  const isText = typeof by === 'string' && by.trim() !== '' && by.length <= MAX_BY_LENGTH && by.isWellFormed();
  if (isText) return by;
  throw new KycError('BAD_USER_INPUT', `"by" must be text of 1 to ${MAX_BY_LENGTH} characters: who decides this.`);
}

/** A moment in milliseconds since 1970. Throws `BAD_USER_INPUT` for an invalid date. */
export function momentOf(asOf: Date | number): number {
  const moment = Number(asOf);
  if (Number.isFinite(moment)) return moment;
  throw new KycError('BAD_USER_INPUT', '"asOf" must be a valid Date, or milliseconds since 1970.');
}

/** Throws `BAD_USER_INPUT` for a status or a source that does not exist: the filter would select nothing, for ever. */
export function checkFilter(filter: KycUpdateFilter | null | undefined): void {
  checkNames('statuses', filter?.statuses, KYC_STATUSES);
  checkNames('sources', filter?.sources, KYC_SOURCES);
}

/** Throws `BAD_USER_INPUT` for a kind that does not exist. */
export function checkKinds(kinds: readonly string[] | null | undefined, known: readonly string[]): void {
  if (kinds?.every((kind) => known.includes(kind)) ?? true) return;
  throw new KycError('BAD_USER_INPUT', `"kinds" may hold ${known.join(', ')} and nothing else.`);
}

function checkNames(field: string, given: readonly string[] | null | undefined, known: readonly string[]): void {
  if (given?.every((name) => known.includes(name)) ?? true) return;
  throw new KycError('BAD_USER_INPUT', `"filter.${field}" may hold ${known.join(', ')} and nothing else.`);
}
