/** The decisions about one customer: what each shows, does and answers. */
import type { Api } from './api.ts';
import type { Decision } from './decision-dialog.tsx';
import { Changes } from './entry.tsx';
import {
  AcknowledgeUpdateDocument,
  ConfirmCustomerDocument,
  CorrectCustomerDocument,
  EraseCustomerDocument,
  type KycAcknowledgeOutcome,
  type KycConfirmOutcome,
  type KycCorrectOutcome,
  type KycRefreshOutcome,
  type KycStatus,
  type PendingFragment,
  RefreshCustomerDocument,
  type UpdateFragment,
  type WaitingFragment,
  WithdrawDecisionDocument,
} from './generated/operations.ts';
import { changesOf, STATUS_NAMES, STATUSES } from './labels.ts';
import type { Live } from './live.ts';
import { Marks, Status } from './marks.tsx';
import { Moment } from './moment.tsx';
import { doubtOf } from './summary.tsx';
import { Id, Shown } from './text.tsx';

/** The customer that is decided about. */
export interface Subject {
  readonly api: Api;
  readonly live: Live;
  readonly update: UpdateFragment & Partial<WaitingFragment>;
  readonly before: UpdateFragment | undefined;
}

const REFRESHED: Readonly<Record<KycRefreshOutcome, string>> = {
  APPLIED: 'XGateway reported something new. It is recorded.',
  UNCHANGED: 'XGateway confirms this.',
  UNKNOWN_TO_XGATEWAY: 'XGateway does not know this customer.',
};

const CONFIRMED: Readonly<Record<KycConfirmOutcome, string>> = {
  APPLIED: 'Confirmed.',
  UNCHANGED: 'Nothing was waiting for a confirmation.',
  PENDING_SECOND_PERSON: 'Noted. A second person has to confirm as well.',
};

const CORRECTED: Readonly<Record<KycCorrectOutcome, string>> = {
  APPLIED: 'Corrected.',
  UNCHANGED: 'The customer already had this status.',
  PENDING_SECOND_PERSON: 'Noted. A second person has to correct it as well.',
};

const ACKNOWLEDGED: Readonly<Record<KycAcknowledgeOutcome, string>> = {
  ACKNOWLEDGED: 'Acknowledged.',
  UNCHANGED: 'It was acknowledged already.',
};

/** Says that a person has seen an update and done what it asks for. */
export function acknowledgement({ api, live, update, before }: Subject): Decision {
  const { customerId, revision } = update;
  return {
    title: 'Acknowledge this update',
    about: <About update={update} before={before} />,
    effect: 'It leaves the list of what needs attention. The customer’s status stays as it is.',
    act: 'Acknowledge',
    reason: 'optional',
    hasEvidence: true,
    async decide({ reason, evidenceUrl }) {
      const variables = { customerId, revision, reason, evidenceUrl };
      const { acknowledgeKycUpdate } = await api.ask(AcknowledgeUpdateDocument, variables, 'mutation');
      live.refresh();
      return ACKNOWLEDGED[acknowledgeKycUpdate.outcome];
    },
  };
}

/** Takes back what one person has decided, before a second one agrees. */
export function withdrawal({ api, live, update, before }: Subject, pending: PendingFragment): Decision {
  const { customerId, revision } = pending;
  return {
    title: 'Withdraw this decision',
    about: (
      <>
        <About update={update} before={before} />
        <p>
          <Shown text={pending.by} /> decided: {STATUS_NAMES[pending.status]}
        </p>
      </>
    ),
    effect: 'The decision no longer waits for a second person. The customer’s status stays as it is.',
    act: 'Withdraw',
    reason: 'optional',
    hasEvidence: false,
    async decide({ reason }) {
      const variables = { customerId, revision, reason };
      const { withdrawKycDecision } = await api.ask(WithdrawDecisionDocument, variables, 'mutation');
      live.refresh();
      return withdrawKycDecision.withdrawn === null ? 'Nothing was pending any more.' : 'Withdrawn.';
    },
  };
}

/** Confirms an approval that is in doubt. */
export function confirmation({ api, live, update, before }: Subject): Decision {
  const { customerId, revision } = update;
  return {
    title: 'Confirm this approval',
    about: <About update={update} before={before} />,
    effect:
      'The customer becomes verified, with a new revision; where two people are required, once a second one confirms. Only confirm what you ' +
      'have seen in XGateway’s back office.',
    act: 'Confirm',
    reason: 'optional',
    hasEvidence: true,
    async decide({ reason, evidenceUrl }) {
      const variables = { customerId, revision, reason, evidenceUrl };
      const { confirmKyc } = await api.ask(ConfirmCustomerDocument, variables, 'mutation');
      // A pending half makes no update.
      live.refresh();
      return CONFIRMED[confirmKyc.outcome];
    },
  };
}

/** Records the status that a person saw in XGateway's back office. */
export function correction({ api, update, before }: Subject): Decision {
  const { customerId, revision } = update;
  return {
    title: 'Correct the status',
    about: (
      <>
        <About update={update} before={before} />
        <label>
          Status in XGateway’s back office
          <select name="status" required defaultValue="">
            <option value="" disabled>
              Choose
            </option>
            {STATUSES.filter((status) => status !== 'UNRECOGNIZED').map((status) => (
              <option key={status} value={status}>
                {STATUS_NAMES[status]} ({status})
              </option>
            ))}
          </select>
        </label>
      </>
    ),
    effect:
      'A new revision with this status is recorded and sent to everyone who follows the customer. Full user makes the customer verified; ' +
      'any other status takes an approval away.',
    act: 'Correct',
    reason: 'required',
    hasEvidence: true,
    async decide({ reason, evidenceUrl, form }) {
      const status = String(form.get('status')) as KycStatus;
      const variables = { customerId, revision, status, reason: reason ?? '', evidenceUrl };
      const { correctKyc } = await api.ask(CorrectCustomerDocument, variables, 'mutation');
      return CORRECTED[correctKyc.outcome];
    },
  };
}

/** Looks the customer up at XGateway's API. */
export function refresh({ api, live, update, before }: Subject): Decision {
  const { customerId } = update;
  return {
    title: 'Check with XGateway',
    about: <About update={update} before={before} />,
    effect:
      'XGateway’s API is asked about this customer, and its answer is recorded: it may confirm the status, change it, or deny an approval.',
    act: 'Check',
    reason: 'none',
    hasEvidence: false,
    async decide() {
      const { refreshKyc } = await api.ask(RefreshCustomerDocument, { customerId }, 'mutation');
      // An answer that says nothing new makes no revision, but a confirmation.
      live.refresh();
      return REFRESHED[refreshKyc.outcome];
    },
  };
}

/** Erases everything that is stored about the customer. */
export function erasure({ api, live, update, before }: Subject): Decision {
  const { customerId, revision } = update;
  return {
    title: 'Erase this customer',
    about: (
      <>
        <About update={update} before={before} />
        <label>
          Type the customer’s ID
          <input name="typed" required autoComplete="off" spellCheck={false} />
        </label>
      </>
    ),
    effect:
      `The content of ${revision === 1 ? '1 update' : `${revision} updates`} and the customer’s dead letters are deleted. This cannot be undone. ` +
      'The journal records the erasure and its reason: do not name the customer in the reason.',
    act: 'Erase for good',
    reason: 'optional',
    hasEvidence: false,
    async decide({ reason, form }) {
      if (form.get('typed') !== customerId) throw new Error('This is not the customer’s ID.');
      const { eraseKyc } = await api.ask(EraseCustomerDocument, { customerId, reason }, 'mutation');
      live.refresh();
      return `Erased: ${eraseKyc.erasedUpdates} updates, ${eraseKyc.erasedDeadLetters} dead letters. ${eraseKyc.remains ?? ''}`;
    },
  };
}

/** What is decided about: the status, what changed, and why it is in doubt. */
function About({ update, before }: Pick<Subject, 'update' | 'before'>) {
  const { revision, previousStatus, status } = update;
  const changes = revision === 1 || before !== undefined ? changesOf(update, before) : [];
  return (
    <div className="about">
      <p>
        <Id text={update.customerId} /> <span className="quiet">Revision {revision}</span>
      </p>
      <p className="what">
        {previousStatus !== null && previousStatus !== status && (
          <>
            <Status status={previousStatus} raw={before?.rawStatus ?? null} /> <span aria-hidden="true">→</span>
            <span className="hidden"> to </span>
          </>
        )}
        <Status status={status} raw={update.rawStatus} />
        <Marks update={update} />
      </p>
      <p className="small">
        <Moment iso={update.receivedAt} />
      </p>
      <Changes changes={changes} />
      {update.inDoubt && <p className="small">{doubtOf(update)}</p>}
    </div>
  );
}
