/** A callback that was not recorded: why, which customer it names, and as it was sent. */
import { useState } from 'react';
import { type DeadLetterOutcome, OUTCOMES } from './dead-letter-decisions.tsx';
import type { DeadLettersQuery, KycDeadLetterReason } from './generated/operations.ts';
import { Json } from './json.tsx';
import { Age } from './moment.tsx';
import { linkTo } from './route.ts';
import { Id, Shown } from './text.tsx';

/** Why a callback was not recorded. */
export const REASONS: Readonly<Record<KycDeadLetterReason, string>> = {
  NOT_UNDERSTOOD: 'Genuine, but not understood',
  NOT_GENUINE: 'The hash is missing or matches no secret',
  OTHER_CALLBACK_TYPE: 'Not a KYC callback',
  IMPOSSIBLE_CUSTOMER_ID: 'Not a valid customer ID',
  NOT_JSON: 'Not a JSON object',
};

/** A dead letter as the page reads it. */
export type DeadLetter = DeadLettersQuery['kycDeadLetters']['nodes'][number];

interface DeadLetterRowProps {
  readonly deadLetter: DeadLetter;
  readonly outcome: DeadLetterOutcome | undefined;
  readonly replay: () => void;
  readonly discard: () => void;
}

export function DeadLetterRow({ deadLetter, outcome, replay, discard }: DeadLetterRowProps) {
  const about = deadLetter.customerId ?? 'an unknown customer';
  return (
    <li className="dead-letter" data-row data-category={deadLetter.category}>
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
        <p className="buttons">
          <button type="button" onClick={replay} aria-label={`Replay the dead letter about ${about}`}>
            Replay
          </button>
          <button
            type="button"
            className="plain"
            onClick={discard}
            aria-label={`Discard the dead letter about ${about}`}
          >
            Discard
          </button>
        </p>
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
      {isOpen && <Json value={body} label="As sent" />}
    </details>
  );
}
