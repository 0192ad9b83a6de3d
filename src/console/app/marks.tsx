/** The signs of a status, and of what stands out about an update. Shape and words carry the meaning; colour only repeats it. */
import type { ReactNode } from 'react';
import type { KycStatus, UpdateFragment } from './generated/operations.ts';
import { STATUS_NAMES } from './labels.ts';
import { Shown } from './text.tsx';

/** What a status means for its reader, which is what its colour says. */
export const TONES: Readonly<Record<KycStatus, 'idle' | 'asked' | 'review' | 'bad' | 'good' | 'odd'>> = {
  NOT_STARTED: 'idle',
  CREATED: 'idle',
  KYC_NEEDED: 'idle',
  PENDING_KYC_DATA: 'asked',
  KYC_PENDING: 'review',
  SOFT_KYC_FAILED: 'asked',
  HARD_KYC_FAILED: 'bad',
  FULL_USER: 'good',
  UNRECOGNIZED: 'odd',
};

const RING = <circle cx="8" cy="8" r="6" />;
const GLYPHS: Readonly<Record<KycStatus, ReactNode>> = {
  NOT_STARTED: <circle cx="8" cy="8" r="6" strokeDasharray="2.400 2.300" />,
  CREATED: RING,
  KYC_NEEDED: (
    <>
      {RING}
      <circle cx="8" cy="8" r="1.600" className="solid" />
    </>
  ),
  PENDING_KYC_DATA: (
    <>
      {RING}
      <path d="M8 4.500A3.500 3.500 0 0 1 11.500 8H8z" className="solid" />
    </>
  ),
  KYC_PENDING: (
    <>
      {RING}
      <path d="M8 4.500a3.500 3.500 0 0 1 0 7z" className="solid" />
    </>
  ),
  SOFT_KYC_FAILED: (
    <>
      <path d="M8 2.200L14.300 13.300H1.700z" strokeLinejoin="round" />
      <path d="M8 6.500v3M8 11.400v.1" strokeLinecap="round" />
    </>
  ),
  HARD_KYC_FAILED: (
    <>
      <circle cx="8" cy="8" r="6.700" className="disc" />
      <path d="M5.600 5.600l4.800 4.800M10.400 5.600l-4.800 4.800" className="cut" />
    </>
  ),
  FULL_USER: (
    <>
      <circle cx="8" cy="8" r="6.700" className="disc" />
      <path d="M4.900 8.200l2.300 2.300 4-4.600" className="cut" />
    </>
  ),
  UNRECOGNIZED: (
    <>
      {RING}
      <path d="M6.400 6.600a1.650 1.650 0 1 1 2.300 1.500c-.5.25-.7.5-.7 1.100M8 11.200v.1" strokeLinecap="round" />
    </>
  ),
};

/** The sign of the console. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M8 16.500l5.500 5.500L24 10.500" />
    </svg>
  );
}

/** The sign of a status alone. */
export function Glyph({ status }: { status: KycStatus }) {
  return (
    <svg className="glyph" data-tone={TONES[status]} viewBox="0 0 16 16" aria-hidden="true">
      {GLYPHS[status]}
    </svg>
  );
}

/** A status in sign and word. One that this release does not know is shown as sent. */
export function Status({ status, raw }: { status: KycStatus; raw?: string | null }) {
  return (
    <span className="status" data-tone={TONES[status]}>
      <Glyph status={status} />
      {status === 'UNRECOGNIZED' && raw ? (
        <code>
          <Shown text={raw.slice(0, 200)} />
        </code>
      ) : (
        STATUS_NAMES[status]
      )}
    </span>
  );
}

/** What a reader must not miss: a reversal, and an approval in doubt. */
export function Marks({ update }: { update: UpdateFragment }) {
  return (
    <>
      {update.reversal && (
        <span className="mark" data-kind="reversal">
          Reversal
        </span>
      )}
      {update.inDoubt && (
        <span className="mark" data-kind="doubt">
          Not verified
        </span>
      )}
    </>
  );
}
