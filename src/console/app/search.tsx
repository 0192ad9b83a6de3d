/** The search for a customer by ID, with those whose ID begins with what is typed. */
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { Api } from './api.ts';
import type { KnownFragment } from './generated/operations.ts';
import { Glyph } from './marks.tsx';
import { findByPrefix } from './near.ts';
import { goTo } from './route.ts';
import { Id } from './text.tsx';

const PAUSE_MS = 150;

/** The customers whose ID begins with `typed`, once the typing has paused. */
function useSuggestions(api: Api, typed: string): readonly KnownFragment[] {
  const [found, setFound] = useState<readonly KnownFragment[]>([]);
  useEffect(() => {
    let isCurrent = true;
    const show = (customers: readonly KnownFragment[]): void => {
      if (isCurrent) setFound(customers);
    };
    const timer = setTimeout(
      () =>
        findByPrefix(api, typed).then(show, () => {
          // Suggestions are a convenience: the search itself says what is wrong.
          show([]);
        }),
      PAUSE_MS,
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [api, typed]);
  return found;
}

export function Search({ api }: { api: Api }) {
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const found = useSuggestions(api, isOpen ? typed.trim() : '');
  const shown = isOpen ? found : [];
  const open = (customerId: string): void => {
    setOpen(false);
    setTyped('');
    input.current?.blur();
    goTo({ customerId });
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const customerId = shown[active]?.customerId ?? typed.trim();
    if (customerId !== '') open(customerId);
  };
  const move = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape') setOpen(false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || shown.length === 0) return;
    event.preventDefault();
    setActive(Math.min(Math.max(active + step, -1), shown.length - 1));
  };
  return (
    <search>
      <form className="search" onSubmit={submit}>
        <input
          ref={input}
          type="search"
          role="combobox"
          aria-label="Find a customer by ID"
          aria-keyshortcuts="/"
          aria-expanded={shown.length > 0}
          aria-controls={list}
          aria-activedescendant={active >= 0 && shown.length > 0 ? `${list}-${active}` : undefined}
          placeholder="Customer ID"
          spellCheck={false}
          autoComplete="off"
          maxLength={256}
          value={typed}
          onChange={({ target: { value } }) => {
            setTyped(value);
            setOpen(true);
            setActive(-1);
          }}
          onBlur={() => setOpen(false)}
          onKeyDown={move}
        />
        <span className="key" aria-hidden="true">
          /
        </span>
        <div id={list} role="listbox" aria-label="Customers" className="suggestions" hidden={shown.length === 0}>
          {shown.map(({ customerId, status }, index) => (
            <div
              key={customerId}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              // Before the input loses the focus, which closes the list.
              onPointerDown={(event) => {
                event.preventDefault();
                open(customerId);
              }}
            >
              <Glyph status={status} />
              <Id text={customerId} />
            </div>
          ))}
        </div>
      </form>
    </search>
  );
}
