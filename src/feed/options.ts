/** The options of a feed, and what it reports. */
import type { Scheduler } from './scheduler.ts';

/** Two places that should be one: the feed's own, and what the journal holds instead. */
export interface JournalReplacement {
  readonly feedPosition: number;
  readonly headPosition: number;
  /** How many cursors have to check their place. */
  readonly subscribers: number;
}

/** Learns what a feed notices. A function that throws is ignored. */
export interface FeedObserver {
  /** The journal no longer holds what the feed has read. */
  replaced?(replacement: JournalReplacement): void;
  /** The notifier works or does not; called for each change, and for each failure. */
  notifier?(isWorking: boolean, error?: unknown): void;
}

/** How much a feed keeps, and how often it looks. */
export interface FeedOptions {
  /** Between two looks at the journal's head, in milliseconds, default 1,000: how late an update can be when its notification is lost. */
  readonly pollMs?: number;
  /** How much of the journal's tail is kept in memory, default 4 MiB. */
  readonly tailBytes?: number;
  readonly observer?: FeedObserver;
  /** Default: Node's own clock. */
  readonly scheduler?: Scheduler;
}
