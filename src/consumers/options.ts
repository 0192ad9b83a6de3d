/** The options and the handler of a named consumer. */
import type { KycUpdateFilter } from '../domain/update-filter.ts';
import { KycError } from '../errors.ts';

/** What a handler is given besides the update. */
export interface ConsumerContext {
  /** 1 for the first attempt at this update. */
  readonly attempt: number;
  /** A person replays the update from the dead letters: later updates of its customer may have been handled before. */
  readonly replayed: boolean;
  /**
   * Grows with each lease and is never reused. Store it in your own transaction, and refuse a transaction whose fence is lower than
   * the stored one: then an instance that stalled can't commit after another has taken over.
   */
  readonly fence: number;
  /** Aborted when the attempt takes longer than `timeoutMs`, when the lease is lost, and when the gateway or the consumer stops. */
  readonly signal: AbortSignal;
}

/** Handles one update. It has been handled when the promise resolves; when it rejects, it is tried again. */
export type ConsumerHandler<Update> = (update: Update, context: ConsumerContext) => unknown;

/** Reads the cursor of the last update that the owner's own transactions have handled. Null: none yet. */
export type CursorReader = (lease: Pick<ConsumerContext, 'fence' | 'signal'>) => Promise<string | null>;

/** How a consumer works. The defaults suit a handler that calls another service. */
export interface ConsumeOptions {
  /**
   * Where a consumer of a new name starts: before the first update (`'earliest'`), at the call of `consume` (`'now'`, the default), or
   * after a cursor. A known name continues where it was.
   *
   * A function is for handling each update exactly once, with a cursor that your own transactions store. It is called after each lease.
   * Then updates are handled one at a time, in the order of their commit, and the consumer stops at the first failure.
   */
  readonly from?: 'earliest' | 'now' | (string & {}) | CursorReader | undefined;
  /** Only updates that match. The others count as handled. */
  readonly filter?: KycUpdateFilter | null | undefined;
  /** How many updates are handled at once, each for a different customer: 1 to 256, default 1. */
  readonly concurrency?: number | undefined;
  /** How long one attempt may take, in milliseconds, default 30,000. A handler that takes longer has failed. */
  readonly timeoutMs?: number | undefined;
  /** How often an update is tried before it becomes a dead letter: 1 to 1,000, default 10. */
  readonly attempts?: number | undefined;
  /** The first pause between two attempts, in milliseconds, default 1,000. It doubles with each attempt, with jitter. */
  readonly firstRetryMs?: number | undefined;
  /** The longest pause, in milliseconds, default 300,000. */
  readonly maxRetryMs?: number | undefined;
  /** How long an instance may be silent before another takes over, in milliseconds: 500 to 60,000, default 5,000. */
  readonly leaseMs?: number | undefined;
}

/** The options, complete. */
export interface ResolvedConsumeOptions {
  readonly name: string;
  /** Null: `start` is read from the owner. */
  readonly start: string | null;
  readonly readCursor: CursorReader | null;
  readonly filter: KycUpdateFilter | null;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  readonly leaseMs: number;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** The longest timer of Node. */
const MAX_MS = 2 ** 31 - 1;

/** Checks the options and fills in the defaults. Throws `BAD_USER_INPUT`. */
export function resolveConsumeOptions(name: string, options: ConsumeOptions): ResolvedConsumeOptions {
  checkConsumerName(name);
  const { from = 'now', filter = null } = options;
  const isTransactional = typeof from === 'function';
  if (isTransactional && (options.concurrency ?? 1) !== 1) {
    throw wrong('"concurrency" must be 1 when "from" is a function.');
  }
  if (isTransactional && (options.attempts ?? 1) !== 1) {
    throw wrong('"attempts" must be 1 when "from" is a function: the consumer stops at the first failure.');
  }
  if (!isTransactional && typeof from !== 'string') {
    throw wrong('"from" must be "earliest", "now", a cursor, or a function that reads one.');
  }
  return {
    name,
    start: isTransactional ? null : from,
    readCursor: isTransactional ? from : null,
    filter,
    concurrency: within('concurrency', options.concurrency ?? 1, 1, 256),
    timeoutMs: within('timeoutMs', options.timeoutMs ?? 30_000, 1, MAX_MS),
    attempts: within('attempts', isTransactional ? 1 : (options.attempts ?? 10), 1, 1_000),
    firstRetryMs: within('firstRetryMs', options.firstRetryMs ?? 1_000, 1, MAX_MS),
    maxRetryMs: within('maxRetryMs', options.maxRetryMs ?? 300_000, 1, MAX_MS),
    leaseMs: within('leaseMs', options.leaseMs ?? 5_000, 500, 60_000),
  };
}

/** A consumer's name. Throws `BAD_USER_INPUT` for what can't be one. */
export function checkConsumerName(name: string): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw wrong(
    "A consumer's name has 1 to 64 characters (A-Z, a-z, 0-9, dot, dash, underscore) and starts with one of A-Z, a-z, 0-9.",
  );
}

function within(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw wrong(`"${option}" must be a whole number from ${least} to ${most}.`);
}

function wrong(message: string): KycError {
  return new KycError('BAD_USER_INPUT', message);
}
