/** What staff with the scope `kyc:admin` can decide about one customer. Each shows what it does before it is done. */
import { useState } from 'react';
import {
  acknowledgement,
  confirmation,
  correction,
  erasure,
  refresh,
  type Subject,
  withdrawal,
} from './customer-decisions.tsx';
import { type Decision, DecisionDialog } from './decision-dialog.tsx';
import { Pending, usePending } from './pending.tsx';

interface Open {
  readonly decision: Decision;
  readonly revision: number;
}

export function Decisions(subject: Subject) {
  const { api, update } = subject;
  const [open, setOpen] = useState<Open | null>(null);
  const [answer, setAnswer] = useState('');
  const { data: pending, again } = usePending(api, update.customerId);
  const isPending = pending?.revision === update.revision ? pending : null;
  const show = (make: (subject: Subject) => Decision) => () => {
    setAnswer('');
    setOpen({ decision: make(subject), revision: update.revision });
  };
  return (
    <div className="verdict">
      {isPending !== null && <Pending of={isPending} />}
      {update.inDoubt && isPending?.own !== true && (
        <button type="button" className="primary" onClick={show(confirmation)}>
          Confirm
        </button>
      )}
      {isPending !== null && (
        <button type="button" onClick={show((given) => withdrawal(given, isPending))}>
          Withdraw
        </button>
      )}
      {needsAcknowledgement(update) && (
        <button type="button" onClick={show(acknowledgement)}>
          Acknowledge
        </button>
      )}
      <button type="button" onClick={show(refresh)}>
        Check with XGateway
      </button>
      <button type="button" onClick={show(correction)}>
        Correct
      </button>
      <button type="button" className="plain" onClick={show(erasure)}>
        Erase
      </button>
      <p className="quiet small" role="status">
        {answer}
      </p>
      {open !== null && (
        <DecisionDialog
          decision={open.decision}
          isOutdated={
            open.revision === update.revision
              ? null
              : `Revision ${update.revision} was recorded in the meantime. Close this and look again.`
          }
          close={(result) => {
            setOpen(null);
            if (result !== null) setAnswer(result);
            again();
          }}
        />
      )}
    </div>
  );
}

/** Whether the latest update waits for a person. An update from the stream does not say, but cannot have been acknowledged yet. */
function needsAcknowledgement(update: Subject['update']): boolean {
  if (update.needsAcknowledgement !== undefined) return update.needsAcknowledgement && update.acknowledgedBy === null;
  const isRemarkable = update.reversal || update.possiblyLate || update.status === 'UNRECOGNIZED';
  return isRemarkable && update.source !== 'STAFF';
}
