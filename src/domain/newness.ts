/** What is new in a report compared with its customer's latest update, and the state that results. */
import type { ComparedState } from './fingerprint.ts';
import type { KycReport, UpdateContent } from './update.ts';

/** Newness compares only what was said. */
export function saysSomethingNew(latest: UpdateContent, report: KycReport): boolean {
  return (
    report.status !== latest.status ||
    (report.processingStatus !== undefined && report.processingStatus !== latest.processingStatus) ||
    (report.endUserMessage !== undefined && report.endUserMessage !== latest.endUserMessage) ||
    (report.missingDocuments !== undefined && !sameSet(report.missingDocuments, latest.missingDocuments)) ||
    (report.rejectLabels !== undefined && !sameSet(report.rejectLabels, latest.rejectLabels))
  );
}

/** An unsaid field is carried over while the status stays the same, and cleared when it changes. */
export function stateAfter(latest: UpdateContent | null, report: KycReport): ComparedState {
  const carried = latest !== null && latest.status === report.status ? latest : null;
  return {
    status: report.status,
    processingStatus:
      report.processingStatus !== undefined ? report.processingStatus : (carried?.processingStatus ?? null),
    missingDocuments: report.missingDocuments ?? carried?.missingDocuments ?? [],
    rejectLabels: report.rejectLabels ?? carried?.rejectLabels ?? [],
    endUserMessage: report.endUserMessage !== undefined ? report.endUserMessage : (carried?.endUserMessage ?? null),
  };
}

/** Whether two lists without repeats hold the same items. Linear: a callback can bring 16,000 items. */
function sameSet(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  if (left.length <= SMALL_SET) return left.every((item) => right.includes(item));
  const items = new Set(right);
  return left.every((item) => items.has(item));
}

/** Up to this length, scanning a list is faster than building a set. */
const SMALL_SET = 8;
