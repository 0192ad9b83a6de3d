/** A customer's state: the status, what stands out about it, and what happens next. */
import type { ReactNode } from 'react';
import { Confirmation } from './confirmation.tsx';
import type { ConfirmationFragment, UpdateFragment, WaitingFragment } from './generated/operations.ts';
import { waitsFor } from './labels.ts';
import { Marks, Status } from './marks.tsx';
import { Moment } from './moment.tsx';
import { Shown } from './text.tsx';

interface SummaryProps {
  readonly update: UpdateFragment;
  readonly firstSeenAt: string;
  readonly confirmedBy: ConfirmationFragment | null;
  readonly children: ReactNode;
}

export function Summary({ update, firstSeenAt, confirmedBy, children }: SummaryProps) {
  const waiting = waitsFor(update);
  return (
    <div className="summary">
      <p className="now">
        <Status status={update.status} raw={update.rawStatus} />
        <Marks update={update} />
      </p>
      {update.reversal && (
        <p className="notice" data-kind="reversal">
          This customer was approved and no longer is. Stop everything that relies on the approval.
        </p>
      )}
      {update.inDoubt && (
        <p className="notice" data-kind="doubt">
          {doubtOf(update)}
        </p>
      )}
      {update.possiblyLate && (
        <p className="notice">
          This callback was probably delayed: the customer may have progressed further. Check with XGateway.
        </p>
      )}
      <dl>
        <dt>Waits for</dt>
        <dd>
          {waiting.who}{' '}
          <span className="quiet">
            <Shown text={waiting.what.slice(0, 600)} />
          </span>
        </dd>
        <dt>Since</dt>
        <dd>
          <Moment iso={update.receivedAt} />
        </dd>
        <dt>First seen</dt>
        <dd>
          <Moment iso={firstSeenAt} />
        </dd>
        <dt>Confirmed by</dt>
        <dd>{confirmedBy === null ? <span className="quiet">Nobody</span> : <Confirmation of={confirmedBy} />}</dd>
      </dl>
      {children}
    </div>
  );
}

/** Why an approval is in doubt. An update of the stream does not say it, but its source and what it repeats do. */
export function doubtOf(update: UpdateFragment & Partial<WaitingFragment>): string {
  const { source, repeatsRevision } = update;
  const reason = update.doubtReason ?? (source === 'API' ? 'DENIAL' : source === 'IMPORT' ? 'IMPORT' : null);
  const repeats = repeatsRevision === null ? '' : `, with exactly the content of revision ${repeatsRevision}`;
  switch (reason) {
    case 'DENIAL':
      return 'XGateway’s API denies this approval. Don’t rely on it until it is confirmed.';
    case 'IMPORT':
      return 'Imported by the application, which did not vouch for it. Don’t rely on it until it is confirmed.';
    case 'REVERSAL':
      return `Approved again after XGateway took the approval away${repeats}: it may be a delayed retry. Don’t rely on it until it is confirmed.`;
    default:
      return repeats === ''
        ? 'Approved, but not confirmed yet. Don’t rely on it until it is.'
        : `Approved again${repeats}: it may be a delayed retry. Don’t rely on it until it is confirmed.`;
  }
}
