/** Callbacks that were not recorded, and the way to try them again. */
import { useCallback, useEffect, useState } from 'react';
import type { Api } from './api.ts';
import { type DeadLetterOutcome, discarding, replaying } from './dead-letter-decisions.tsx';
import { type DeadLetter, DeadLetterRow } from './dead-letter-row.tsx';
import { DeadLettersDocument } from './generated/operations.ts';
import { Panel } from './panel.tsx';
import { useDecision } from './use-decision.tsx';

const PAGE = 50;
/** How many one mutation takes. */
const MOST_AT_ONCE = 200;

interface LoadedDeadLetters {
  readonly deadLetters: readonly DeadLetter[];
  readonly endCursor: string | null;
  readonly hasMore: boolean;
}

interface LoadedDeadLetters {
  readonly deadLetters: readonly DeadLetter[];
  readonly endCursor: string | null;
  readonly hasMore: boolean;
}

/** The dead letters as they were read, and the results for those that were replayed or discarded. */
function useDeadLetters(api: Api) {
  const [read, setRead] = useState<LoadedDeadLetters | null>(null);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, DeadLetterOutcome>>(new Map());
  const [error, setError] = useState<string | null>(null);
  const load = useCallback(
    async (before: LoadedDeadLetters | null): Promise<void> => {
      setError(null);
      try {
        const after = before?.endCursor ?? null;
        const { kycDeadLetters: page } = await api.ask(DeadLettersDocument, { first: PAGE, after });
        const deadLetters = [...(before?.deadLetters ?? []), ...page.nodes];
        setRead({ deadLetters, endCursor: page.pageInfo.endCursor, hasMore: page.pageInfo.hasNextPage });
      } catch (failure) {
        setError(failure instanceof Error ? failure.message : String(failure));
      }
    },
    [api],
  );
  useEffect(() => void load(null), [load]);
  const again = (): void => {
    setOutcomes(new Map());
    void load(null);
  };
  const record = (results: readonly (readonly [string, DeadLetterOutcome])[]): void =>
    setOutcomes((before) => new Map([...before, ...results]));
  return { read, outcomes, error, more: () => load(read), again, record };
}

export function DeadLetters({ api }: { api: Api }) {
  const { read, outcomes, error, more, again, record } = useDeadLetters(api);
  const { ask, answer, dialog } = useDecision();
  const deadLetters = read?.deadLetters ?? [];
  const open = deadLetters.filter(({ id }) => !outcomes.has(id)).slice(0, MOST_AT_ONCE);
  const replay = (chosen: readonly DeadLetter[]) => ask(replaying(api, chosen, record));
  const discard = (chosen: readonly DeadLetter[]) => ask(discarding(api, chosen, record));
  return (
    <Panel
      heading="Dead letters"
      controls={
        <>
          <button type="button" onClick={again}>
            Refresh
          </button>
          {open.length > 1 && (
            <>
              <button type="button" onClick={() => replay(open)}>
                Replay these {open.length}
              </button>
              <button type="button" onClick={() => discard(open)}>
                Discard these {open.length}
              </button>
            </>
          )}
        </>
      }
      answer={answer}
      list="List of dead letters"
      error={error}
      dialog={dialog}
    >
      <ol className="dead-letters">
        {deadLetters.map((deadLetter) => (
          <DeadLetterRow
            key={deadLetter.id}
            deadLetter={deadLetter}
            outcome={outcomes.get(deadLetter.id)}
            replay={() => replay([deadLetter])}
            discard={() => discard([deadLetter])}
          />
        ))}
      </ol>
      {read !== null && deadLetters.length === 0 && <p className="empty">None. Every callback was recorded.</p>}
      {read?.hasMore && (
        <button type="button" className="more plain" onClick={() => void more()}>
          Show more
        </button>
      )}
    </Panel>
  );
}
