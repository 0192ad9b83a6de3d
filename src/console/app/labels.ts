/** What the console calls things. What came from a callback is shown as sent. */
import type { ConfirmationFragment, KycSource, KycStatus, UpdateFragment } from './generated/operations.ts';

/** Every status, in the order in which a customer usually meets them. */
export const STATUSES = [
  'NOT_STARTED',
  'CREATED',
  'KYC_NEEDED',
  'PENDING_KYC_DATA',
  'KYC_PENDING',
  'SOFT_KYC_FAILED',
  'HARD_KYC_FAILED',
  'FULL_USER',
  'UNRECOGNIZED',
] as const satisfies readonly KycStatus[];

/** The short name of each status. */
export const STATUS_NAMES: Readonly<Record<KycStatus, string>> = {
  NOT_STARTED: 'Not started',
  CREATED: 'Created',
  KYC_NEEDED: 'KYC needed',
  PENDING_KYC_DATA: 'Data pending',
  KYC_PENDING: 'In review',
  SOFT_KYC_FAILED: 'Soft failed',
  HARD_KYC_FAILED: 'Hard failed',
  FULL_USER: 'Full user',
  UNRECOGNIZED: 'Unrecognized',
};

/** Every source. */
export const SOURCES = ['CALLBACK', 'API', 'REPLAY', 'STAFF', 'IMPORT'] as const satisfies readonly KycSource[];

/** Who said what an update says. */
export const SOURCE_NAMES: Readonly<Record<KycSource, string>> = {
  CALLBACK: 'Callback',
  API: 'XGateway’s API',
  REPLAY: 'Replayed dead letter',
  STAFF: 'A person who checked',
  IMPORT: 'Import',
};

/** Who confirmed: XGateway's API, or the person or persons. */
export function confirmerOf({
  source,
  by,
  secondBy,
}: Pick<ConfirmationFragment, 'source' | 'by' | 'secondBy'>): string {
  if (source !== 'STAFF') return SOURCE_NAMES[source];
  return [by ?? 'A person', secondBy].filter((one) => one !== null).join(' and ');
}

/** Who a customer's KYC waits for, and for what. */
export interface Waiting {
  readonly who: 'Customer' | 'XGateway' | 'You' | 'Nobody';
  readonly what: string;
}

/** Says what happens next, or who has to make it happen. */
export function waitsFor(update: UpdateFragment): Waiting {
  const documents = update.missingDocuments.map(({ type }) => readable(type)).join(', ');
  const labels = update.rejectLabels.map(readable).join(', ');
  switch (update.nextAction) {
    case 'START':
      return { who: 'Customer', what: 'to start' };
    case 'PROVIDE_DATA':
      return { who: 'Customer', what: documents || 'data' };
    case 'CORRECT_DATA':
      return { who: 'Customer', what: labels || documents || 'a correction' };
    case 'WAIT':
      if (update.status === 'UNRECOGNIZED')
        return { who: 'XGateway', what: 'a status that this release does not know' };
      return { who: 'XGateway', what: update.processingStatus === null ? 'review' : readable(update.processingStatus) };
    case 'STOP':
      return { who: 'Nobody', what: labels || 'rejected permanently' };
    case 'NONE':
      return update.verified ? { who: 'Nobody', what: 'complete' } : { who: 'You', what: 'to confirm it' };
    default:
      return update.nextAction satisfies never;
  }
}

/** `BAD_SELFIE` as "bad selfie"; anything that is not such a word stays as sent. */
export function readable(word: string): string {
  return /^[A-Z][A-Z0-9_]*$/.test(word) ? word.toLowerCase().replaceAll('_', ' ') : word;
}

/** One field that an update changed: what was removed and what was added. */
export interface Change {
  readonly what: string;
  readonly gone: readonly string[];
  readonly came: readonly string[];
}

/** What `update` changed of what `before` said; undefined: the customer's first. */
export function changesOf(update: UpdateFragment, before: UpdateFragment | undefined): Change[] {
  const lists = [
    ['Missing documents', typesOf(before), typesOf(update)],
    ['Reject labels', before?.rejectLabels ?? [], update.rejectLabels],
    ['Step', listOf(before?.processingStatus), listOf(update.processingStatus)],
    ['Message to the customer', listOf(before?.endUserMessage), listOf(update.endUserMessage)],
  ] as const;
  return lists
    .map(([what, old, now]) => ({
      what,
      gone: old.filter((item) => !now.includes(item)),
      came: now.filter((item) => !old.includes(item)),
    }))
    .filter(({ gone, came }) => gone.length + came.length > 0);
}

function typesOf(update: UpdateFragment | undefined): readonly string[] {
  return update?.missingDocuments.map(({ type }) => type) ?? [];
}

function listOf(text: string | null | undefined): readonly string[] {
  return text == null ? [] : [text];
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** How long ago, in one unit. */
export function age(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1_000;
  return seconds < 1 ? 'now' : duration(seconds);
}

/** A time span in one unit. */
export function duration(seconds: number): string {
  for (const [unit, length] of UNITS) if (seconds >= length) return `${Math.floor(seconds / length)} ${unit}`;
  return 'less than 1 s';
}

const clock = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** A moment in the reader's own time zone, which it names. */
export function moment(iso: string | number): string {
  return clock.format(new Date(iso));
}

/** A moment of today. */
export function timeOf(iso: string | number): string {
  return timeOfDay.format(new Date(iso));
}
