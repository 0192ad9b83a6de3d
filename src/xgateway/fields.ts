/** The fields that XGateway's callbacks and the answers of its API share. */
import { z } from 'zod';

/** The longest status or processing status that is accepted, in characters: both are indexed. */
const MAX_WORD_LENGTH = 256;

/** A status. */
export const word = z
  .string()
  .max(MAX_WORD_LENGTH)
  .refine((said) => said.isWellFormed() && !said.includes('\0'), 'must be well-formed text without NUL');

/** Text that may be null or absent. */
export const text = z.string().nullable().optional();

/** Document types: the published table says objects, the published example shows strings. Null means that none is missing. */
export const documents = z
  .array(z.union([z.string(), z.object({ docType: z.string() }).transform(({ docType }) => docType)]))
  .nullable()
  .transform((said) => distinct(said ?? []))
  .optional();

/** The words, trimmed, without empty or repeated ones, in the order sent. */
export function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words.map((one) => one.trim()).filter((one) => one !== ''))];
}
