/** How the asking is paced. Times in milliseconds. */
export const CONFIRMATION_SCHEDULE = {
  /** ConfirmationTasks under way at a time, and in a second. */
  concurrency: 4,
  perSecond: 5,
  /** How long one question may take. */
  timeoutMs: 10_000,
  /** How long new questions gather before they are saved, and how often the saved ones are looked through. */
  gatherMs: 50,
  pollMs: 1_000,
  /** After this time a question that is under way is taken for lost. */
  leaseMs: 120_000,
  /** The first pause before a question is asked again, and the longest. */
  retryMs: 2_000,
  maxRetryMs: 900_000,
  /** How often everybody is looked at; also the pause after an answer that another try will not improve. */
  sweepMs: 3_600_000,
  /** How old a confirmation may be of a customer who waits for XGateway, or for whom XGateway waits. */
  waitingMs: 86_400_000,
  /** How long nobody may have listened before everybody is asked about: XGateway gives up after 10 tries. */
  downtimeMs: 900_000,
  /** Failures in a row after which the circuit breaker opens, its first pause and its longest. */
  breakAfter: 5,
  breakMs: 15_000,
  maxBreakMs: 600_000,
} as const;

/** The pace, as an owner or a test may change it. */
export type ConfirmationSchedule = { readonly [Name in keyof typeof CONFIRMATION_SCHEDULE]: number };
