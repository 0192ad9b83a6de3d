/** What staff with the scope `kyc:admin` can do for one customer: look them up at XGateway, or confirm what they have checked. */
import { useState } from 'react';
import type { Api } from './api.ts';
import {
  ConfirmCustomerDocument,
  type KycConfirmOutcome,
  type KycRefreshOutcome,
  RefreshCustomerDocument,
  type UpdateFragment,
} from './generated/operations.ts';

const REFRESHED: Readonly<Record<KycRefreshOutcome, string>> = {
  APPLIED: 'XGateway reported something new. It is recorded.',
  UNCHANGED: 'XGateway confirms this.',
  UNKNOWN_TO_XGATEWAY: 'XGateway does not know this customer.',
};

const CONFIRMED: Readonly<Record<KycConfirmOutcome, string>> = {
  APPLIED: 'Confirmed.',
  UNCHANGED: 'Nothing was waiting for a confirmation.',
};

interface VerdictProps {
  readonly api: Api;
  readonly update: UpdateFragment;
  /** Called after a lookup: an answer that says nothing new makes no revision, but a confirmation. */
  readonly onRefreshed: () => Promise<void>;
}

export function Verdict({ api, update, onRefreshed }: VerdictProps) {
  const [answer, setAnswer] = useState('');
  const { customerId, revision } = update;
  const act = (ask: () => Promise<string>): void => {
    setAnswer('Checking…');
    ask().then(setAnswer, (error: unknown) => setAnswer(error instanceof Error ? error.message : String(error)));
  };
  const refresh = async () => {
    const { refreshKyc } = await api.ask(RefreshCustomerDocument, { customerId }, 'mutation');
    await onRefreshed();
    return REFRESHED[refreshKyc.outcome];
  };
  const confirm = async () => {
    const { confirmKyc } = await api.ask(ConfirmCustomerDocument, { customerId, revision }, 'mutation');
    return CONFIRMED[confirmKyc.outcome];
  };
  return (
    <div className="verdict">
      <button type="button" onClick={() => act(refresh)}>
        Check with XGateway
      </button>
      {update.inDoubt && (
        <button type="button" onClick={() => act(confirm)}>
          I checked: this is correct
        </button>
      )}
      <p className="quiet small" role="status">
        {answer}
      </p>
    </div>
  );
}
