/** The callbacks of made-up customers, as XGateway would send them. */
import type { Callback } from './deliver.ts';

const STEPS: readonly Omit<Callback, 'customerId'>[] = [
  { status: 'CREATED', kycProcessingStatus: 'APPLICANT_CREATION_IN_PROGRESS' },
  { status: 'KYC_NEEDED', kycProcessingStatus: null },
  { status: 'PENDING_KYC_DATA', docsMissing: [{ docType: 'PASSPORT' }, { docType: 'SELFIE' }] },
  { status: 'KYC_PENDING', docsMissing: null, kycProcessingStatus: 'VERIFICATION_IN_PROGRESS' },
  {
    status: 'SOFT_KYC_FAILED',
    docsMissing: ['SELFIE', 'PASSPORT'],
    kycRejectLabel: 'BAD_SELFIE, BAD_PASSPORT',
    kycEndUserErrorMessage: 'Your selfie is blurred. Please take it again in daylight.',
  },
  { status: 'KYC_PENDING', docsMissing: null, kycProcessingStatus: 'VERIFICATION_IN_PROGRESS' },
  { status: 'FULL_USER', docsMissing: null, kycRejectLabel: null, kycEndUserErrorMessage: null },
];

/** A whole KYC journey of one customer, with one rejection on the way. */
export function journeyOf(customerId: string): Callback[] {
  return STEPS.map((step) => ({ customerId, status: null, ...step }));
}

/** What a network does to callbacks. */
export interface Nastiness {
  /** Each callback comes twice. */
  readonly duplicate: boolean;
  /** Callbacks overtake each other, within a window of `WINDOW`. */
  readonly shuffle: boolean;
}

const WINDOW = 1_000;

/** The callbacks as they arrive. Holds no more than a window of them at once. */
export function* asTheyArrive(callbacks: Iterable<Callback>, { duplicate, shuffle }: Nastiness): Generator<Callback> {
  let window: Callback[] = [];
  for (const callback of callbacks) {
    window.push(callback);
    if (duplicate) window.push(callback);
    if (window.length < (shuffle ? WINDOW : 1)) continue;
    yield* shuffle ? shuffled(window) : window;
    window = [];
  }
  yield* shuffled(window);
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const mixed = [...items];
  for (let index = mixed.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    [mixed[index], mixed[other]] = [mixed[other] as Item, mixed[index] as Item];
  }
  return mixed;
}
