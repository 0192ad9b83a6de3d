/** One update on its way through a consumer. */
import type { KycUpdate } from '../domain/update.ts';
import type { Head } from '../journal/journal.ts';

/** An update that is to be handled. */
export interface Entry {
  readonly position: number;
  readonly customerId: string;
  readonly isReplayed: boolean;
  /** Null: it is read from the journal when its turn comes. */
  update: KycUpdate | null;
  /** When it was read, as `performance.now()`. */
  readonly readAt: number;
  /** Its estimated size, in bytes. */
  readonly bytes: number;
  /** How often it has failed. */
  attempts: number;
  /** The store holds it as a retry, so the consumer's place may move past it. */
  isKept: boolean;
  /** It has been handled or kept. */
  isSettled: boolean;
  /** Where the consumer's place may be once this entry and all before it are settled. */
  through: Head;
}
