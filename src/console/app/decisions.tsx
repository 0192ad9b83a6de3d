/** What staff with the scope `kyc:admin` can decide about one customer. Each shows what it does before it is done. */
import { useState } from 'react';
import type { Api } from './api.ts';
import { confirmation, correction, erasure, refresh } from './customer-decisions.tsx';
import { type Decision, DecisionDialog } from './decision-dialog.tsx';
import type { UpdateFragment } from './generated/operations.ts';
import type { Live } from './live.ts';

interface DecisionsProps {
  readonly api: Api;
  readonly live: Live;
  readonly update: UpdateFragment;
  /** The update before it, when it was read. */
  readonly before: UpdateFragment | undefined;
}

interface Open {
  readonly decision: Decision;
  readonly revision: number;
}

export function Decisions({ api, live, update, before }: DecisionsProps) {
  const [open, setOpen] = useState<Open | null>(null);
  const [answer, setAnswer] = useState('');
  const subject = { api, live, update, before };
  const show = (make: (subject: DecisionsProps) => Decision) => () => {
    setAnswer('');
    setOpen({ decision: make(subject), revision: update.revision });
  };
  return (
    <div className="verdict">
      {update.inDoubt && (
        <button type="button" className="primary" onClick={show(confirmation)}>
          Confirm
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
          }}
        />
      )}
    </div>
  );
}
