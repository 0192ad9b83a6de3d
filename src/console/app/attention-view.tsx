/** What waits for a person, oldest first. An item leaves the list when it is dealt with. */
import { useEffect, useState } from 'react';
import { counted } from '../../text/counted.ts';
import type { Api } from './api.ts';
import { type Attention, type AttentionItem, SHOWN } from './attention.ts';
import { acknowledgement, confirmation, type Subject, withdrawal } from './customer-decisions.tsx';
import { REASONS } from './dead-letter-row.tsx';
import type { Decision } from './decision-dialog.tsx';
import { type KycAttentionKind, UpdateBeforeDocument } from './generated/operations.ts';
import type { Live } from './live.ts';
import { Status } from './marks.tsx';
import { Age } from './moment.tsx';
import { Panel } from './panel.tsx';
import { linkTo, route } from './route.ts';
import { session } from './session.ts';
import { useStore } from './store.ts';
import { doubtOf } from './summary.tsx';
import { Id, Long, Shown } from './text.tsx';
import { useDecision } from './use-decision.tsx';

/** What each kind is called. */
const KINDS: Readonly<Record<KycAttentionKind, string>> = {
  IN_DOUBT: 'Approval in doubt',
  PENDING_SECOND_PERSON: 'Waits for a second person',
  REVERSAL: 'Approval revoked',
  UNRECOGNIZED_STATUS: 'Unknown status',
  POSSIBLY_LATE: 'Possibly late',
  DEAD_LETTERS: 'Dead letters',
  CONSUMER_STOPPED: 'Consumer stopped',
  API_PAUSED: 'XGateway’s API is paused',
};

const URGENT: ReadonlySet<KycAttentionKind> = new Set(['REVERSAL', 'CONSUMER_STOPPED']);

interface AttentionViewProps {
  readonly api: Api;
  readonly live: Live;
  readonly attention: Attention;
}

export function AttentionView({ api, live, attention }: AttentionViewProps) {
  useEffect(() => {
    attention.open(true);
    return () => attention.open(false);
  }, [attention]);
  const { items, total, error } = useStore(attention.view);
  const { ask, answer, dialog } = useDecision(attention.again);
  const [trouble, setTrouble] = useState<string | null>(null);
  const decide = (item: AttentionItem, make: (subject: Subject) => Decision): void => {
    const { update } = item;
    if (update === null) return;
    setTrouble(null);
    readBefore(api, update.customerId, update.cursor).then(
      (before) => ask(make({ api, live, update, before })),
      (failure: unknown) => setTrouble(failure instanceof Error ? failure.message : String(failure)),
    );
  };
  const isEmpty = items?.length === 0 && error === null;
  return (
    <Panel
      heading="Needs attention"
      controls={
        items !== null && (
          <span className="quiet">{total >= 10_000 ? 'more than 10,000 items' : counted(total, 'item')}</span>
        )
      }
      answer={answer}
      list="Items"
      error={error ?? trouble}
      dialog={dialog}
    >
      <ol className="attention">
        {items?.map((item) => (
          <Item key={item.id} item={item} decide={(make) => decide(item, make)} />
        ))}
      </ol>
      {items === null && error === null && <p className="empty">Loading</p>}
      {isEmpty && <p className="empty">Nothing waits for you.</p>}
      {items !== null && total > SHOWN && items.length > 0 && (
        <p className="empty small">The {SHOWN} oldest are shown. The others follow as these are dealt with.</p>
      )}
    </Panel>
  );
}

/** The update before another, to show what that changed. */
async function readBefore(api: Api, customerId: string, after: string): Promise<Subject['before']> {
  const { kyc } = await api.ask(UpdateBeforeDocument, { customerId, after });
  return kyc?.history.nodes[0];
}

interface ItemProps {
  readonly item: AttentionItem;
  readonly decide: (make: (subject: Subject) => Decision) => void;
}

function Item({ item, decide }: ItemProps) {
  const { customerId: open } = useStore(route);
  const { customerId, kinds, since, update } = item;
  return (
    <li
      className="attention-item"
      data-row
      data-urgent={kinds.some((kind) => URGENT.has(kind))}
      aria-current={customerId !== null && customerId === open ? 'true' : undefined}
    >
      <p className="what">
        {kinds.map((kind) => (
          <span key={kind} className="mark" data-kind={URGENT.has(kind) ? 'reversal' : 'doubt'}>
            {KINDS[kind]}
          </span>
        ))}
        {customerId !== null && (
          <a className="link" href={linkTo({ customerId })}>
            <Id text={customerId} />
          </a>
        )}
        {update !== null && <Status status={update.status} raw={update.rawStatus} />}
        <Age iso={since} />
      </p>
      <Why item={item} />
      <Actions item={item} decide={decide} />
    </li>
  );
}

/** Why the item waits. */
function Why({ item: { kinds, update, pendingDecision, deadLetterReason, count, consumer } }: { item: AttentionItem }) {
  return (
    <div className="small why">
      {kinds.includes('IN_DOUBT') && update !== null && <p>{doubtOf(update)}</p>}
      {pendingDecision !== null && (
        <p>
          {pendingDecision.own ? (
            'You have decided; another person has to agree, or you withdraw it.'
          ) : (
            <>
              <Shown text={pendingDecision.by} /> has decided; a second person has to agree.
            </>
          )}{' '}
          {pendingDecision.reason !== null && (
            <q>
              <Long text={pendingDecision.reason} />
            </q>
          )}
        </p>
      )}
      {kinds.includes('REVERSAL') && <p>The customer was approved and no longer is.</p>}
      {kinds.includes('POSSIBLY_LATE') && <p>The callback was probably delayed: the customer may have progressed.</p>}
      {kinds.includes('UNRECOGNIZED_STATUS') && <p>This release does not know the status.</p>}
      {deadLetterReason !== null && (
        <p>
          {counted(count, 'callback')} not recorded: {REASONS[deadLetterReason]}
        </p>
      )}
      {consumer !== null && (
        <p>
          <b>
            <Shown text={consumer.name} />
          </b>{' '}
          {consumer.error !== null && <Long text={consumer.error} />}
        </p>
      )}
      {kinds.includes('API_PAUSED') && <p>Calls failed, so nothing is confirmed until one succeeds.</p>}
    </div>
  );
}

function Actions({ item: { kinds, update, pendingDecision }, decide }: ItemProps) {
  const { mayAdmin } = useStore(session);
  const elsewhere = kinds.includes('DEAD_LETTERS')
    ? 'dead-letters'
    : kinds.includes('CONSUMER_STOPPED')
      ? 'consumers'
      : null;
  if (elsewhere !== null) {
    return (
      <p className="verdict">
        <a className="button" href={linkTo({ view: elsewhere, customerId: null })}>
          Open
        </a>
      </p>
    );
  }
  if (!mayAdmin || update === null) return null;
  return (
    <p className="verdict">
      {kinds.includes('IN_DOUBT') && pendingDecision?.own !== true && (
        <button type="button" className="primary" onClick={() => decide(confirmation)}>
          Confirm
        </button>
      )}
      {pendingDecision !== null && (
        <button type="button" onClick={() => decide((subject) => withdrawal(subject, pendingDecision))}>
          Withdraw
        </button>
      )}
      {update.needsAcknowledgement && update.acknowledgedBy === null && (
        <button type="button" onClick={() => decide(acknowledgement)}>
          Acknowledge
        </button>
      )}
    </p>
  );
}
