/** What those who may change things can do about one customer: ask XGateway, or say that they have checked. */
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
  APPLIED: 'XGateway says something new: it is recorded.',
  UNCHANGED: 'XGateway says the same.',
  UNKNOWN_TO_XGATEWAY: 'XGateway does not know this customer.',
};

const CONFIRMED: Readonly<Record<KycConfirmOutcome, string>> = {
  APPLIED: 'Confirmed.',
  UNCHANGED: 'Nothing waited to be confirmed.',
};

interface VerdictProps {
  readonly api: Api;
  readonly update: UpdateFragment;
  /** Is called when XGateway said the same: there is no new revision, but a new confirmation. */
  readonly asked: () => Promise<void>;
}

export function Verdict({ api, update, asked }: VerdictProps) {
  const [answer, setAnswer] = useState('');
  const { customerId, revision } = update;
  const act = (ask: () => Promise<string>): void => {
    setAnswer('Asking');
    ask().then(setAnswer, (error: unknown) => setAnswer(error instanceof Error ? error.message : String(error)));
  };
  const refresh = async () => {
    const { refreshKyc } = await api.ask(RefreshCustomerDocument, { customerId }, 'mutation');
    await asked();
    return REFRESHED[refreshKyc.outcome];
  };
  const confirm = async () => {
    const { confirmKyc } = await api.ask(ConfirmCustomerDocument, { customerId, revision }, 'mutation');
    return CONFIRMED[confirmKyc.outcome];
  };
  return (
    <div className="verdict">
      <button type="button" onClick={() => act(refresh)}>
        Ask XGateway
      </button>
      {update.inDoubt && (
        <button type="button" onClick={() => act(confirm)}>
          I have checked: it holds
        </button>
      )}
      <p className="quiet small" role="status">
        {answer}
      </p>
    </div>
  );
}
