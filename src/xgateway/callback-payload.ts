/** What XGateway says in a callback: from its JSON to a report. */
import { z } from 'zod';
import type { KycReport } from '../domain/update.ts';
import { distinct, documents, text, word } from './fields.ts';

const payload = z.looseObject({
  callbackType: z.literal('kyc'),
  customerId: z.string(),
  status: word.nullable(),
  kycProcessingStatus: word.nullable().optional(),
  docsMissing: documents,
  kycRejectLabel: text,
  kycEndUserErrorMessage: text,
});

/** A callback that was understood, or the fields that were not: names and what was expected, never values. */
export type ReadPayload =
  | { readonly understood: true; readonly report: KycReport }
  | { readonly understood: false; readonly problems: readonly string[] };

/** Reads the body of a genuine callback, with its hash or without. An absent field stays unsaid. */
export function readPayload(body: object): ReadPayload {
  const parsed = payload.safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    return { understood: false, problems };
  }
  const {
    callbackType: _type,
    hash: _hash,
    customerId,
    status,
    kycProcessingStatus,
    docsMissing,
    kycRejectLabel,
    kycEndUserErrorMessage,
    ...extra
  } = parsed.data;
  const report: KycReport = {
    customerId,
    status,
    ...(kycProcessingStatus !== undefined && { processingStatus: kycProcessingStatus }),
    ...(docsMissing !== undefined && { missingDocuments: docsMissing }),
    ...(kycRejectLabel !== undefined && { rejectLabels: distinct(kycRejectLabel?.split(',') ?? []) }),
    ...(kycEndUserErrorMessage !== undefined && { endUserMessage: kycEndUserErrorMessage }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  return { understood: true, report };
}
