/** The setting that says where the journal is. */
import { z } from 'zod';
import { DEFAULT_DATABASE_URL, parseDatabaseUrl } from '../../journal/open.ts';

/** The settings of this subject. */
export const storage = {
  DATABASE_URL: z
    .string()
    .refine((text) => isDatabaseUrl(text), 'must be sqlite:<path to a file> or postgres://…')
    .default(DEFAULT_DATABASE_URL)
    .describe(
      'The journal: `sqlite:<file>`, or `postgres://…` for several instances, `sqlite::memory:` for a trial whose data is lost at its end (not in production). Default `sqlite:data/kyc.db`.',
    ),
};

function isDatabaseUrl(text: string): boolean {
  try {
    parseDatabaseUrl(text);
    return true;
  } catch {
    return false;
  }
}
