/** The open decision of a view, and the result of the last one. */
import { type ReactNode, useState } from 'react';
import { type Decision, DecisionDialog } from './decision-dialog.tsx';

export interface DecisionState {
  /** Opens the dialog. */
  readonly ask: (decision: Decision) => void;
  /** The result of the last decision; empty: none yet. */
  readonly answer: string;
  /** The dialog, when it is open. */
  readonly dialog: ReactNode;
}

/** Decides in a dialog; `decided` is called after each that was made. */
export function useDecision(decided: () => void = () => {}): DecisionState {
  const [decision, setDecision] = useState<Decision | null>(null);
  const [answer, setAnswer] = useState('');
  const close = (result: string | null): void => {
    setDecision(null);
    setAnswer(result ?? '');
    if (result !== null) decided();
  };
  const dialog = decision !== null && <DecisionDialog decision={decision} isOutdated={null} close={close} />;
  return { ask: setDecision, answer, dialog };
}
