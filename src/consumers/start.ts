/** Where a lease begins: at the owner's cursor, if the owner keeps one, and with the remaining retries. */
import { KycError, messageOf } from '../errors.ts';
import type { ConsumerRecord } from '../journal/consumers.ts';
import type { Head, Journal } from '../journal/journal.ts';
import type { Attempt } from './attempt.ts';
import type { Entry } from './entry.ts';
import type { CursorReader } from './options.ts';

const PAGE = 500;

/** What a start needs. */
export interface StartOptions {
  readonly journal: Pick<Journal, 'consumers' | 'seed'>;
  readonly record: Pick<ConsumerRecord, 'name'>;
  readonly placeOf: (cursor: string) => Promise<Head>;
}

/**
 * The place that the owner's cursor names, and the positions to pass over: what a person skipped. Rejects with `JOURNAL_UNAVAILABLE` when
 * the owner's function fails or takes too long: it is called again later.
 */
export async function readOwnerStart(
  { journal, record, placeOf }: StartOptions,
  readCursor: CursorReader,
  attempt: Attempt,
): Promise<{ readonly place: Head; readonly skipped: ReadonlySet<number> }> {
  let cursor: unknown;
  const deadline = setTimeout(() => attempt.checkDeadline(Number.POSITIVE_INFINITY), attempt.timeoutMs);
  try {
    await attempt.run(async ({ fence, signal }) => {
      cursor = await readCursor({ fence, signal });
    });
  } catch (error) {
    throw new KycError('JOURNAL_UNAVAILABLE', `Could not read the owner's cursor: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(deadline);
  }
  const place =
    cursor === null || cursor === 'earliest' ? { position: 0, digest: journal.seed } : await placeOf(String(cursor));
  const skipped = new Set<number>();
  for (let before: number | null = null; ; ) {
    const found = await journal.consumers.deadLetters({ consumer: record.name, before, limit: PAGE });
    for (const { position } of found) skipped.add(position);
    if (found.length < PAGE) return { place, skipped };
    before = found.at(-1)?.id ?? null;
  }
}

/** The consumer's retries, in the journal's order. Their updates are read when their turn comes. */
export async function* readRetries({ journal, record }: StartOptions): AsyncGenerator<Entry> {
  for (let after = 0; ; ) {
    const found = await journal.consumers.retries(record.name, after, PAGE);
    for (const { position, customerId, attempts, isReplayed } of found) {
      yield {
        ...{ position, customerId, attempts, isReplayed, update: null, readAt: 0, bytes: 0 },
        isKept: true,
        isSettled: true,
        through: { position, digest: journal.seed },
      };
    }
    if (found.length < PAGE) return;
    after = found.at(-1)?.position ?? after;
  }
}
