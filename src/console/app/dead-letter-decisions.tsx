/** What can be decided about dead letters: replaying and discarding. */
import { counted } from '../../text/counted.ts';
import type { Api } from './api.ts';
import type { Decision } from './decision-dialog.tsx';
import {
  DiscardDeadLettersDocument,
  type KycReplayOutcome,
  ReplayDeadLettersDocument,
} from './generated/operations.ts';
import { Id } from './text.tsx';

/** The result for a dead letter. */
export type DeadLetterOutcome = KycReplayOutcome | 'DISCARDED';

/** Each outcome in words. */
export const OUTCOMES: Readonly<Record<DeadLetterOutcome, string>> = {
  APPLIED: 'Recorded.',
  UNCHANGED: 'Nothing new.',
  SUPERSEDED: 'Not recorded: a newer report about the customer was recorded.',
  STILL_REFUSED: 'Still cannot be recorded.',
  NOT_FOUND: 'No longer exists.',
  DISCARDED: 'Discarded.',
};

interface Subject {
  readonly id: string;
  readonly customerId: string | null;
}

type Recorded = (results: readonly (readonly [string, DeadLetterOutcome])[]) => void;

/** Processes dead letters again. */
export function replaying(api: Api, chosen: readonly Subject[], record: Recorded): Decision {
  return {
    title: `Replay ${counted(chosen.length, 'dead letter')}`,
    about: <About chosen={chosen} />,
    effect:
      'Each is checked again, as if it had just been received. What is genuine and understood now is recorded with the time at which it was received, ' +
      'and sent to everyone who follows the customer; the others stay.',
    act: 'Replay',
    reason: 'none',
    hasEvidence: false,
    async decide() {
      const ids = chosen.map(({ id }) => id);
      const { replayKycDeadLetters: results } = await api.ask(ReplayDeadLettersDocument, { ids }, 'mutation');
      record(results.map(({ id, outcome }) => [id, outcome] as const));
      const applied = results.filter(({ outcome }) => outcome === 'APPLIED').length;
      return chosen.length === 1 ? '' : `Replayed ${chosen.length}: ${applied} recorded.`;
    },
  };
}

/** Deletes dead letters. */
export function discarding(api: Api, chosen: readonly Subject[], record: Recorded): Decision {
  return {
    title: `Discard ${counted(chosen.length, 'dead letter')}`,
    about: <About chosen={chosen} />,
    effect: 'What was sent is deleted and can never be recorded. This cannot be undone.',
    act: 'Discard for good',
    reason: 'required',
    hasEvidence: false,
    async decide({ reason }) {
      const ids = chosen.map(({ id }) => id);
      const { discardKycDeadLetters: gone } = await api.ask(DiscardDeadLettersDocument, { ids, reason }, 'mutation');
      record(ids.map((id) => [id, gone.includes(id) ? 'DISCARDED' : 'NOT_FOUND'] as const));
      return chosen.length === 1 ? '' : `Discarded ${gone.length}.`;
    },
  };
}

const NAMED = 10;

/** The customers that are concerned. */
function About({ chosen }: { chosen: readonly Subject[] }) {
  const customers = [...new Set(chosen.map(({ customerId }) => customerId))];
  return (
    <ul className="about">
      {customers.slice(0, NAMED).map((customerId) => (
        <li key={customerId ?? ''}>{customerId === null ? 'No customer named' : <Id text={customerId} />}</li>
      ))}
      {customers.length > NAMED && <li className="quiet">and {customers.length - NAMED} more customers</li>}
    </ul>
  );
}
