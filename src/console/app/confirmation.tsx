/** Who confirmed or acknowledged, when, and why. */
import type { ConfirmationFragment } from './generated/operations.ts';
import { confirmerOf } from './labels.ts';
import { Moment } from './moment.tsx';
import { Long, Shown } from './text.tsx';

interface ConfirmationProps {
  readonly of: ConfirmationFragment;
  /** On paper: nothing is cut, and a link is written out. */
  readonly isWhole?: boolean;
}

export function Confirmation({ of, isWhole = false }: ConfirmationProps) {
  const { at, reason, evidenceUrl, secondBy, secondReason, secondEvidenceUrl } = of;
  return (
    <>
      <Shown text={confirmerOf(of)} /> {isWhole ? <time dateTime={at}>{at}</time> : <Moment iso={at} />}
      <Grounds reason={reason} evidenceUrl={evidenceUrl} isWhole={isWhole} />
      {(secondReason ?? secondEvidenceUrl) !== null && (
        <>
          {'; '}
          <Shown text={secondBy ?? 'the second person'} />:
          <Grounds reason={secondReason} evidenceUrl={secondEvidenceUrl} isWhole={isWhole} />
        </>
      )}
    </>
  );
}

interface GroundsProps {
  readonly reason: string | null;
  readonly evidenceUrl: string | null;
  readonly isWhole: boolean;
}

/** What one person gave with a decision. */
function Grounds({ reason, evidenceUrl, isWhole }: GroundsProps) {
  return (
    <>
      {reason !== null && (
        <>
          {' '}
          <q>{isWhole ? <Shown text={reason} /> : <Long text={reason} />}</q>
        </>
      )}
      {evidenceUrl !== null && (isWhole ? <Shown text={` ${evidenceUrl}`} /> : <Evidence url={evidenceUrl} />)}
    </>
  );
}

/** A link to the evidence. The server accepts http and https only; so does this. */
function Evidence({ url }: { url: string }) {
  if (!/^https?:\/\//i.test(url)) return <Shown text={` ${url}`} />;
  return (
    <>
      {' '}
      <a className="link" href={url} target="_blank" rel="noreferrer noopener" title={url}>
        Evidence
      </a>
    </>
  );
}
