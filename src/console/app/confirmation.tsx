/** Who confirmed, when, and why. */
import type { ConfirmationFragment } from './generated/operations.ts';
import { confirmerOf } from './labels.ts';
import { Moment } from './moment.tsx';
import { Long, Shown } from './text.tsx';

export function Confirmation({ of }: { of: ConfirmationFragment }) {
  return (
    <>
      <Shown text={confirmerOf(of)} /> <Moment iso={of.at} />
      {of.reason !== null && (
        <>
          {' '}
          <q>
            <Long text={of.reason} />
          </q>
        </>
      )}
      <Evidence url={of.evidenceUrl} />
    </>
  );
}

/** A link to the evidence. The server accepts http and https only; so does this. */
export function Evidence({ url }: { url: string | null }) {
  if (url === null) return null;
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
