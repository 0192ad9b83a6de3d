/** When and how often XGateway's API is called. Times in milliseconds. */
export const CONFIRMATION_SCHEDULE = {
  /** Lookups at a time, and calls a second. */
  concurrency: 4,
  perSecond: 5,
  /** How long one call may take. */
  timeoutMs: 10_000,
  /** How long new confirmation tasks gather before they are saved, and how often the saved ones are checked. */
  gatherMs: 50,
  pollMs: 1_000,
  /** After this time a claimed task is due again: the instance that claimed it is gone. */
  leaseMs: 120_000,
  /** The first and the longest pause before a lookup is repeated, after a transient failure and after a denial. */
  retryMs: 2_000,
  maxRetryMs: 900_000,
  /** The interval between sweeps over all customers; also the pause after a failure that a retry will not fix. */
  sweepMs: 3_600_000,
  /** How old the confirmation of a customer in `KYC_PENDING` or `PENDING_KYC_DATA` may get. */
  waitingMs: 86_400_000,
  /** A longer downtime than this makes every customer due for a lookup: XGateway gives up after 10 tries. */
  downtimeMs: 900_000,
  /** Failures in a row that open the circuit breaker, its first pause and its longest. */
  breakAfter: 5,
  breakMs: 15_000,
  maxBreakMs: 600_000,
} as const;

/** The schedule, as an owner or a test may change it. */
export type ConfirmationSchedule = { readonly [Name in keyof typeof CONFIRMATION_SCHEDULE]: number };
