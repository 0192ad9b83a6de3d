/** How XGateway writes what it says, in callbacks and in the answers of its API alike. */
import { z } from 'zod';

/** The longest status or processing status that is understood, in characters: both are indexed. */
const MAX_WORD_LENGTH = 256;

/** A status. */
export const word = z
  .string()
  .max(MAX_WORD_LENGTH)
  .refine((said) => said.isWellFormed() && !said.includes('\0'), 'must be well-formed text without NUL');

/** A text that may be null, or unsaid. */
export const text = z.string().nullable().optional();

/** Document types: the published table says objects, the published example shows strings. Null says that none is missing. */
export const documents = z
  .array(z.union([z.string(), z.object({ docType: z.string() }).transform(({ docType }) => docType)]))
  .nullable()
  .transform((said) => distinct(said ?? []))
  .optional();

/** Trimmed, without empties or repeats, in the order sent. */
export function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words.map((one) => one.trim()).filter((one) => one !== ''))];
}
