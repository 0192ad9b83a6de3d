/** Asks for a decision: what it is about, what it will do, who decides, and why. */
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { session } from './session.ts';
import { useStore } from './store.ts';
import { Shown } from './text.tsx';

/** What a person gave with a decision. Null: nothing. */
export interface Given {
  readonly reason: string | null;
  readonly evidenceUrl: string | null;
  /** What the fields of the dialog's own hold. */
  readonly form: FormData;
}

/** One kind of decision. */
export interface Decision {
  readonly title: string;
  /** What it is about, and fields of its own. */
  readonly about: ReactNode;
  /** What it will do. */
  readonly effect: string;
  /** The button that does it. */
  readonly act: string;
  readonly reason: 'required' | 'optional' | 'none';
  readonly hasEvidence: boolean;
  /** Sends the decision. Resolves with its result. */
  readonly decide: (given: Given) => Promise<string>;
}

interface DecisionDialogProps {
  readonly decision: Decision;
  /** Why it can no longer be decided: what is shown is out of date. Null: it can be. */
  readonly isOutdated: string | null;
  /** Called when the dialog is closed, with the result if a decision was made. */
  readonly close: (answer: string | null) => void;
}

export function DecisionDialog({ decision, isOutdated, close }: DecisionDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const answer = useRef<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { who } = useStore(session);
  const title = useId();
  useEffect(() => dialog.current?.showModal(), []);

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string | null => String(form.get(name) ?? '').trim() || null;
    setBusy(true);
    setTrouble(null);
    decision.decide({ reason: text('reason'), evidenceUrl: text('evidenceUrl'), form }).then(
      (result) => {
        answer.current = result;
        dialog.current?.close();
      },
      (error: unknown) => {
        setTrouble(error instanceof Error ? error.message : String(error));
        setBusy(false);
      },
    );
  };

  return (
    <dialog ref={dialog} onClose={() => close(answer.current)} aria-labelledby={title} className="decision">
      <form onSubmit={submit} className="send">
        <h2 id={title}>{decision.title}</h2>
        {decision.about}
        <p className="effect">{decision.effect}</p>
        <Why decision={decision} />
        <p className="quiet small">
          {who === null ? (
            'It is recorded under the subject of your token.'
          ) : (
            <>
              It is recorded under your name: <b>{<Shown text={who} />}</b>
            </>
          )}
        </p>
        {(trouble ?? isOutdated) !== null && (
          <p className="notice" role="alert">
            {trouble ?? isOutdated}
          </p>
        )}
        <div className="buttons">
          <button type="button" className="plain" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={isBusy || isOutdated !== null}>
            {isBusy ? 'Working' : decision.act}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function Why({ decision: { reason, hasEvidence } }: { decision: Decision }) {
  return (
    <>
      {reason !== 'none' && (
        <label>
          Reason{reason === 'optional' ? ' (optional)' : ''}
          <textarea name="reason" rows={3} maxLength={2_000} required={reason === 'required'} />
        </label>
      )}
      {hasEvidence && (
        <label>
          Link to evidence (optional)
          <input name="evidenceUrl" type="url" pattern="https?://.+" placeholder="https://" maxLength={2_000} />
        </label>
      )}
    </>
  );
}
