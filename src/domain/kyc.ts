/** KYC statuses: what XGateway can report about a customer, and what each status asks of the customer. */

/** Every status that this release knows, in the order in which a customer usually meets them. */
export const KYC_STATUSES = [
  'NOT_STARTED',
  'CREATED',
  'KYC_NEEDED',
  'PENDING_KYC_DATA',
  'KYC_PENDING',
  'SOFT_KYC_FAILED',
  'HARD_KYC_FAILED',
  'FULL_USER',
  'UNRECOGNIZED',
] as const;

/** A status as this release understands it. `NOT_STARTED` is XGateway's null. */
export type KycStatus = (typeof KYC_STATUSES)[number];

/** What a status asks of the customer. */
export type KycNextAction = 'START' | 'PROVIDE_DATA' | 'WAIT' | 'CORRECT_DATA' | 'STOP' | 'NONE';

/** Every source that can report a customer's KYC. */
export const KYC_SOURCES = ['CALLBACK', 'API', 'REPLAY', 'STAFF', 'IMPORT'] as const;

/** Where an update comes from. */
export type KycSource = (typeof KYC_SOURCES)[number];

/** The one status that means "approved". */
export const FULL_USER = 'FULL_USER';

const SENT_STATUSES: ReadonlySet<string> = new Set(
  KYC_STATUSES.filter((status) => status !== 'NOT_STARTED' && status !== 'UNRECOGNIZED'),
);

/**
 * The status behind what XGateway sent. It is derived on every read and never stored, so a release that learns a new status
 * also shows it for older updates.
 */
export function statusOf(rawStatus: string | null): KycStatus {
  if (rawStatus === null) return 'NOT_STARTED';
  return SENT_STATUSES.has(rawStatus) ? (rawStatus as KycStatus) : 'UNRECOGNIZED';
}

/** The status as XGateway would send it; undefined for `UNRECOGNIZED`, which stands for many. */
export function rawStatusOf(status: KycStatus): string | null | undefined {
  if (status === 'UNRECOGNIZED') return undefined;
  return status === 'NOT_STARTED' ? null : status;
}

/** What `status` asks of the customer. For a status that this release does not know: wait. */
export function nextActionOf(status: KycStatus): KycNextAction {
  switch (status) {
    case 'NOT_STARTED':
    case 'CREATED':
    case 'KYC_NEEDED':
      return 'START';
    case 'PENDING_KYC_DATA':
      return 'PROVIDE_DATA';
    case 'KYC_PENDING':
    case 'UNRECOGNIZED':
      return 'WAIT';
    case 'SOFT_KYC_FAILED':
      return 'CORRECT_DATA';
    case 'HARD_KYC_FAILED':
      return 'STOP';
    case 'FULL_USER':
      return 'NONE';
    default:
      return status satisfies never;
  }
}

/** How far a customer has come, for statuses that follow one another. Statuses that are missing here have no fixed place. */
const PROGRESS: ReadonlyMap<string | null, number> = new Map<string | null, number>([
  [null, 0],
  ['CREATED', 1],
  ['KYC_NEEDED', 2],
  ['PENDING_KYC_DATA', 3],
  ['KYC_PENDING', 4],
  [FULL_USER, 5],
  ['HARD_KYC_FAILED', 5],
]);

/**
 * Whether going from one status to another (both as sent) takes the customer back to an earlier stage, as a delayed callback
 * does. Also true from `FULL_USER` to `SOFT_KYC_FAILED`. Never true when leaving `SOFT_KYC_FAILED` (a customer who corrects
 * their data goes back) or when either status is unrecognised.
 */
export function isStepBack(from: string | null, to: string | null): boolean {
  if (from === FULL_USER && to === 'SOFT_KYC_FAILED') return true;
  const [before, after] = [PROGRESS.get(from), PROGRESS.get(to)];
  return before !== undefined && after !== undefined && after < before;
}

/** The longest customer ID that is accepted, in UTF-16 code units. */
export const MAX_CUSTOMER_ID_LENGTH = 256;

/** The highest revision that an update can have: both databases hold it. */
export const MAX_REVISION = 2 ** 31 - 1;

/** Whether an update could have this revision. */
export function isRevision(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_REVISION;
}

/** Whether an ID could begin with `prefix`. */
export function isCustomerIdPrefix(prefix: string): boolean {
  return prefix === '' || prefix === '.' || prefix === '..' || isCustomerId(prefix);
}

/**
 * Whether `id` is safe everywhere a customer ID is used: in both databases (SQLite folds lone surrogates into one character,
 * Postgres refuses NUL), in log lines, and in the path of XGateway's API (where `.` and `..` are path segments).
 */
export function isCustomerId(id: string): boolean {
  return (
    id.length > 0 &&
    id.length <= MAX_CUSTOMER_ID_LENGTH &&
    id !== '.' &&
    id !== '..' &&
    id.isWellFormed() &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this test is for
    !/[\u0000-\u001f\u007f-\u009f]/.test(id)
  );
}
