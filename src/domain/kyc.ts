/** The words of KYC: what XGateway can say of a customer, and what it asks of them. */

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

/** Who can say something about a customer's KYC. */
export const KYC_SOURCES = ['CALLBACK', 'API', 'REPLAY', 'STAFF'] as const;

/** Who said what an update says. */
export type KycSource = (typeof KYC_SOURCES)[number];

/** The one status that means "approved". */
export const FULL_USER = 'FULL_USER';

const SENT_STATUSES: ReadonlySet<string> = new Set(
  KYC_STATUSES.filter((status) => status !== 'NOT_STARTED' && status !== 'UNRECOGNIZED'),
);

/**
 * The status behind what XGateway sent. Derived whenever it is read and never stored, so that the release that learns a
 * word also shows it for old updates.
 */
export function statusOf(rawStatus: string | null): KycStatus {
  if (rawStatus === null) return 'NOT_STARTED';
  return SENT_STATUSES.has(rawStatus) ? (rawStatus as KycStatus) : 'UNRECOGNIZED';
}

/** What `status` asks of the customer. A status that we don't know asks for patience. */
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

/** The longest customer ID that is accepted, in UTF-16 code units. */
export const MAX_CUSTOMER_ID_LENGTH = 256;

/**
 * Whether `id` can name a customer everywhere it has to go: into either database (SQLite folds lone surrogates together,
 * Postgres refuses NUL), into a log line, and into the path of XGateway's API (where `.` and `..` climb).
 */
export function isCustomerId(id: string): boolean {
  return (
    id.length > 0 &&
    id.length <= MAX_CUSTOMER_ID_LENGTH &&
    id !== '.' &&
    id !== '..' &&
    id.isWellFormed() &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    !/[\u0000-\u001f\u007f-\u009f]/.test(id)
  );
}
