/** Callbacks that were not recorded, and the way to try them again. */
import { useCallback, useEffect, useState } from 'react';
import type { Api } from './api.ts';
import { Age } from './customers-view.tsx';
import {
  DeadLettersDocument,
  type DeadLettersQuery,
  type KycDeadLetterReason,
  type KycReplayOutcome,
  ReplayDeadLettersDocument,
} from './generated/operations.ts';
import { previewJson } from './preview-json.ts';
import { linkTo } from './route.ts';
import { Id, Shown } from './text.tsx';

const PAGE = 50;

const REASONS: Readonly<Record<KycDeadLetterReason, string>> = {
  NOT_UNDERSTOOD: 'Genuine, but not understood',
  NOT_GENUINE: 'The hash is missing or matches no secret',
  OTHER_CALLBACK_TYPE: 'Not a KYC callback',
  IMPOSSIBLE_CUSTOMER_ID: 'Not a valid customer ID',
  NOT_JSON: 'Not a JSON object',
};

const OUTCOMES: Readonly<Record<KycReplayOutcome, string>> = {
  APPLIED: 'Recorded.',
  UNCHANGED: 'Nothing new.',
  SUPERSEDED: 'Not recorded: a newer report about the customer was recorded.',
  STILL_REFUSED: 'Still cannot be recorded.',
  NOT_FOUND: 'No longer exists.',
};

type DeadLetter = DeadLettersQuery['kycDeadLetters']['nodes'][number];

interface LoadedDeadLetters {
  readonly deadLetters: readonly DeadLetter[];
  readonly endCursor: string | null;
  readonly hasMore: boolean;
}

/** The dead letters as they were read, and what replaying some of them has brought. */
function useDeadLetters(api: Api) {
  const [read, setRead] = useState<LoadedDeadLetters | null>(null);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, KycReplayOutcome>>(new Map());
  const [error, setError] = useState<string | null>(null);

  const attempt = useCallback(async (act: () => Promise<void>): Promise<void> => {
    setError(null);
    try {
      await act();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  }, []);
  const load = useCallback(
    (before: LoadedDeadLetters | null) =>
      attempt(async () => {
        const after = before?.endCursor ?? null;
        const { kycDeadLetters: page } = await api.ask(DeadLettersDocument, { first: PAGE, after });
        const deadLetters = [...(before?.deadLetters ?? []), ...page.nodes];
        setRead({ deadLetters, endCursor: page.pageInfo.endCursor, hasMore: page.pageInfo.hasNextPage });
      }),
    [api, attempt],
  );
  const replay = (ids: readonly string[]) =>
    attempt(async () => {
      const { replayKycDeadLetters: results } = await api.ask(ReplayDeadLettersDocument, { ids }, 'mutation');
      setOutcomes(new Map([...outcomes, ...results.map(({ id, outcome }) => [id, outcome] as const)]));
    });
  useEffect(() => void load(null), [load]);
  const again = (): void => {
    setOutcomes(new Map());
    void load(null);
  };
  return { read, outcomes, error, more: () => load(read), again, replay };
}

export function DeadLetters({ api }: { api: Api }) {
  const { read, outcomes, error, more, again, replay } = useDeadLetters(api);
  const deadLetters = read?.deadLetters ?? [];
  const open = deadLetters.filter(({ id }) => !outcomes.has(id)).map(({ id }) => id);
  return (
    <section aria-label="Dead letters" className="panel">
      <div className="panel-bar">
        <h2>Dead letters</h2>
        <button type="button" onClick={again}>
          Refresh
        </button>
        {open.length > 0 && (
          <button type="button" onClick={() => void replay(open.slice(0, 200))}>
            Replay {open.length === 1 ? 'it' : `these ${Math.min(open.length, 200)}`}
          </button>
        )}
      </div>
      <div className="scroll">
        {error !== null && (
          <p className="notice" role="alert">
            {error}
          </p>
        )}
        <ol className="dead-letters">
          {deadLetters.map((deadLetter) => (
            <DeadLetterRow
              key={deadLetter.id}
              deadLetter={deadLetter}
              outcome={outcomes.get(deadLetter.id)}
              replay={() => void replay([deadLetter.id])}
            />
          ))}
        </ol>
        {read !== null && deadLetters.length === 0 && <p className="empty">None. Every callback was recorded.</p>}
        {read?.hasMore && (
          <button type="button" className="more plain" onClick={() => void more()}>
            Show more
          </button>
        )}
      </div>
    </section>
  );
}

interface DeadLetterRowProps {
  readonly deadLetter: DeadLetter;
  readonly outcome: KycReplayOutcome | undefined;
  readonly replay: () => void;
}

function DeadLetterRow({ deadLetter, outcome, replay }: DeadLetterRowProps) {
  return (
    <li className="dead-letter" data-category={deadLetter.category}>
      <p className="what">
        <b>{REASONS[deadLetter.reason]}</b>
        {deadLetter.customerId !== null && (
          <a className="link" href={linkTo({ customerId: deadLetter.customerId })}>
            <Id text={deadLetter.customerId} />
          </a>
        )}
        <Age iso={deadLetter.lastSeenAt} />
      </p>
      {deadLetter.problems.length > 0 && (
        <ul className="problems">
          {deadLetter.problems.map((problem) => (
            <li key={problem}>
              <Shown text={problem} />
            </li>
          ))}
        </ul>
      )}
      <Sent deadLetter={deadLetter} />
      <p className="answer" role="status">
        {outcome !== undefined && OUTCOMES[outcome]}
      </p>
      {outcome === undefined && (
        <button
          type="button"
          onClick={replay}
          aria-label={`Replay the dead letter about ${deadLetter.customerId ?? 'an unknown customer'}`}
        >
          Replay
        </button>
      )}
    </li>
  );
}

/** The callback as it was sent. Rendered when it is opened: a page of large ones would block the browser. */
function Sent({ deadLetter: { body, count } }: { deadLetter: DeadLetter }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>As sent{count > 1 ? `, ${count} times` : ''}</summary>
      {isOpen && <pre>{previewJson(body)}</pre>}
    </details>
  );
}
