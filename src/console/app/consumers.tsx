/** Named consumers: how far behind they are, what they gave up, and what can be done about it. */
import { useCallback, useState } from 'react';
import { counted } from '../../text/counted.ts';
import type { Api } from './api.ts';
import { discardingFor, pausing, removing, replayingFor, resetting, skipping } from './consumer-decisions.tsx';
import {
  ConsumerDeadLettersDocument,
  type ConsumerDeadLettersQuery,
  type ConsumerFragment,
  ConsumersDocument,
  type KycConsumerState,
} from './generated/operations.ts';
import { duration } from './labels.ts';
import { Status } from './marks.tsx';
import { Age } from './moment.tsx';
import { Panel } from './panel.tsx';
import { usePolled } from './polled.ts';
import { linkTo } from './route.ts';
import { Id, Long, Shown } from './text.tsx';
import { type DecisionState, useDecision } from './use-decision.tsx';

const EVERY_MS = 3_000;
const SHOWN = 50;

const STATES: Readonly<Record<KycConsumerState, string>> = { RUNNING: 'Running', PAUSED: 'Paused', STOPPED: 'Stopped' };

export function Consumers({ api }: { api: Api }) {
  const read = useCallback(async () => (await api.ask(ConsumersDocument, {})).kycConsumers, [api]);
  const { data, error, again } = usePolled(read, EVERY_MS);
  const decision = useDecision(again);
  return (
    <Panel heading="Consumers" answer={decision.answer} list="List of consumers" error={error} dialog={decision.dialog}>
      <ol className="consumers">
        {data?.map((consumer) => (
          <ConsumerRow key={consumer.name} api={api} consumer={consumer} decision={decision} />
        ))}
      </ol>
      {data?.length === 0 && (
        <p className="empty">None. Named consumers belong to an application that mounts the gateway.</p>
      )}
    </Panel>
  );
}

interface ConsumerRowProps {
  readonly api: Api;
  readonly consumer: ConsumerFragment;
  readonly decision: DecisionState;
}

function ConsumerRow({ api, consumer, decision: { ask, answer } }: ConsumerRowProps) {
  const { name, state, error, lagEntries, lagSeconds, retries, deadLetterCount } = consumer;
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="consumer" data-row>
      <p className="what">
        <b>
          <Shown text={name} />
        </b>
        <span className="mark" data-kind={state === 'RUNNING' ? 'good' : 'doubt'}>
          {STATES[state]}
        </span>
      </p>
      {error !== null && (
        <p className="problems">
          <Long text={error} />
        </p>
      )}
      <p className="meta">
        <span>
          {lagEntries === 0
            ? 'Up to date'
            : `${counted(lagEntries, 'entry', 'entries')} and ${duration(lagSeconds)} behind`}
        </span>
        <span>{counted(retries, 'retry', 'retries')}</span>
        <span>{counted(deadLetterCount, 'dead letter')}</span>
      </p>
      <p className="verdict">
        <button type="button" onClick={() => ask(pausing(api, consumer))}>
          {state === 'RUNNING' ? 'Pause' : 'Resume'}
        </button>
        {retries > 0 || state === 'STOPPED' ? (
          <button type="button" onClick={() => ask(skipping(api, consumer))}>
            Skip
          </button>
        ) : null}
        <button type="button" onClick={() => ask(resetting(api, consumer))}>
          Reset
        </button>
        <button type="button" className="plain" onClick={() => ask(removing(api, consumer))}>
          Remove
        </button>
      </p>
      {deadLetterCount > 0 && (
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>Dead letters</summary>
          {/* Read again when one was dealt with, and when there is another. */}
          {isOpen && <DeadLettersOf key={`${deadLetterCount} ${answer}`} api={api} name={name} ask={ask} />}
        </details>
      )}
    </li>
  );
}

type GivenUp = ConsumerDeadLettersQuery['kycConsumers'][number]['deadLetters'];

function DeadLettersOf({ api, name, ask }: { api: Api; name: string; ask: DecisionState['ask'] }) {
  const read = useCallback(async (): Promise<GivenUp | null> => {
    const { kycConsumers } = await api.ask(ConsumerDeadLettersDocument, { first: SHOWN });
    return kycConsumers.find((one) => one.name === name)?.deadLetters ?? null;
  }, [api, name]);
  const { data, error } = usePolled(read, 60_000);
  if (error !== null) return <p role="alert">{error}</p>;
  return (
    <>
      <ul>
        {data?.nodes.map(({ id, customerId, update, attempts, error: reason, failedAt }) => (
          <li key={id} className="given-up">
            <p className="what">
              <a className="link" href={linkTo({ customerId })}>
                <Id text={customerId} />
              </a>
              {update === null ? (
                <span className="quiet">The update was erased</span>
              ) : (
                <>
                  <span className="quiet">Revision {update.revision}</span>
                  <Status status={update.status} raw={update.rawStatus} />
                </>
              )}
              <Age iso={failedAt} />
            </p>
            <p className="problems">
              <Long text={reason} /> <span className="quiet">({counted(attempts, 'attempt')})</span>
            </p>
            <p className="verdict">
              <button type="button" onClick={() => ask(replayingFor(api, { id, customerId }))}>
                Replay
              </button>
              <button type="button" className="plain" onClick={() => ask(discardingFor(api, { id, customerId }))}>
                Discard
              </button>
            </p>
          </li>
        ))}
      </ul>
      {data?.pageInfo.hasNextPage === true && (
        <p className="quiet small">The latest {SHOWN} are shown. The others appear when these are dealt with.</p>
      )}
    </>
  );
}
