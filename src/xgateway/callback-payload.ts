/** What XGateway says in a callback: from its JSON to a report. */
import { z } from 'zod';
import { defineExtra, holdsNumber, parseExactJson } from '../domain/exact-json.ts';
import type { KycReport } from '../domain/update.ts';
import { distinct, documents, text, word } from './fields.ts';

const FIELDS = {
  callbackType: z.literal('kyc'),
  customerId: z.string(),
  status: word.nullable(),
  kycProcessingStatus: word.nullable().optional(),
  docsMissing: documents,
  kycRejectLabel: text,
  kycEndUserErrorMessage: text,
};
const payload = z.object(FIELDS);
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(FIELDS), 'hash']);

/** A list of 16,000 wrong documents is reported as one problem with a few examples. */
const MAX_PROBLEMS = 20;

/** A callback that was understood, or the fields that were not: names and what was expected, never values. */
export type ReadPayload =
  | { readonly understood: true; readonly report: KycReport }
  | { readonly understood: false; readonly problems: readonly string[] };

/**
 * Reads the body of a genuine callback, with its hash or without. An absent field stays unsaid.
 * @param body the parsed body.
 * @param sent the same as text, if that is known. Unknown fields are taken from it, so that their numbers keep their digits.
 */
export function readPayload(body: object, sent: string | null): ReadPayload {
  const parsed = payload.safeParse(body);
  if (!parsed.success) return { understood: false, problems: problemsOf(parsed.error) };
  const { customerId, status, kycProcessingStatus, docsMissing, kycRejectLabel, kycEndUserErrorMessage } = parsed.data;
  const report: KycReport = {
    customerId,
    status,
    ...(kycProcessingStatus !== undefined && { processingStatus: kycProcessingStatus }),
    ...(docsMissing !== undefined && { missingDocuments: docsMissing }),
    ...(kycRejectLabel !== undefined && { rejectLabels: distinct(kycRejectLabel?.split(',') ?? []) }),
    ...(kycEndUserErrorMessage !== undefined && { endUserMessage: kycEndUserErrorMessage }),
  };
  const unknown = Object.keys(body).filter((name) => !KNOWN.has(name));
  if (unknown.length > 0) defineExtra(report, () => unknownFields(body, sent, unknown));
  return { understood: true, report };
}

function problemsOf({ issues }: z.ZodError): string[] {
  const problems = issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  const left = issues.length - problems.length;
  return left > 0 ? [...problems, `and ${left} more`] : problems;
}

/** The fields that this release does not know, as sent. */
function unknownFields(body: object, sent: string | null, names: readonly string[]): Readonly<Record<string, unknown>> {
  const isExact = sent !== null && names.some((name) => holdsNumber((body as Record<string, unknown>)[name]));
  const fields = (isExact ? parseExactJson(sent) : body) as Record<string, unknown>;
  // `fromEntries` defines each field, `__proto__` too, where an assignment would set the prototype.
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}
