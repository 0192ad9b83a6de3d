/** The keys of the console, and the list of them. */
import { useEffect, useRef, useState } from 'react';
import { goTo, route } from './route.ts';

const KEYS = [
  ['/', 'Search for a customer'],
  ['j', 'Next row'],
  ['k', 'Previous row'],
  ['Enter', 'Open the row'],
  ['Esc', 'Close the customer'],
  ['?', 'Show these keys'],
] as const;

/** Handles the keys that work everywhere, and shows them on `?`. */
export function Keys() {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      const isElsewhere = target?.closest('input, textarea, select, dialog') != null;
      if (isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = ACTIONS[event.key] ?? (event.key === '?' ? () => setShown(true) : undefined);
      if (act === undefined) return;
      if (event.key !== 'Escape') event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return isShown ? <KeysDialog close={() => setShown(false)} /> : null;
}

const ACTIONS: Readonly<Record<string, () => void>> = {
  '/': () => document.querySelector<HTMLInputElement>('.search input')?.focus(),
  j: () => moveBy(1),
  k: () => moveBy(-1),
  Escape: () => {
    if (route.get().customerId !== null) goTo({ customerId: null });
  },
};

/** Focuses the next row of the list, or the one before. */
function moveBy(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.list [data-row], .list .row, .list .stream-row')];
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const current = focused >= 0 ? focused : rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
  const row = rows[current < 0 ? 0 : Math.min(Math.max(current + step, 0), rows.length - 1)];
  // What Enter opens: the row itself, or the first thing in it.
  const target = row?.matches('a') ? row : row?.querySelector<HTMLElement>('a, button');
  target?.focus();
  row?.scrollIntoView({ block: 'nearest' });
}

function KeysDialog({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="keys">
      <h2 id="keys">Keys</h2>
      <dl className="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div className="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
