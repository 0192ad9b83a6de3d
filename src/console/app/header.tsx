/** The top of the page: navigation, the state of the stream, and the search for a customer by ID. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Connection, ConnectionBanner } from './connection.tsx';
import type { Live } from './live.ts';
import { Logo } from './marks.tsx';
import { page } from './page.ts';
import { goTo, linkTo, route } from './route.ts';
import { SendCallback } from './send-callback.tsx';
import { session, signOut } from './session.ts';
import { useStore } from './store.ts';

const VIEWS = [
  ['customers', 'Customers'],
  ['updates', 'Updates'],
  ['dead-letters', 'Dead letters'],
] as const;

export function Header({ live, token }: { live: Live; token: string }) {
  const { view } = useStore(route);
  const { mayAdmin } = useStore(session);
  const [isSending, setSending] = useState(false);
  return (
    <header className="header">
      <div className="bar">
        <a
          className="brand"
          aria-label="KYC console: all customers"
          href={linkTo({ view: 'customers', customerId: null, statuses: [] })}
        >
          <Logo />
          <h1>
            KYC <span className="quiet">console</span>
          </h1>
        </a>
        <nav aria-label="Views">
          {VIEWS.filter(([name]) => name !== 'dead-letters' || mayAdmin).map(([name, label]) => (
            <a
              key={name}
              href={linkTo({ view: name, customerId: null })}
              aria-current={view === name ? 'page' : undefined}
            >
              {label}
            </a>
          ))}
        </nav>
        <Search />
        <Connection live={live} />
        <div className="actions">
          {page.sendCallbackUrl !== null && (
            <button type="button" onClick={() => setSending(true)}>
              Send a callback
            </button>
          )}
          <button type="button" className="plain" onClick={() => signOut()}>
            Sign out
          </button>
        </div>
      </div>
      <ConnectionBanner live={live} />
      {isSending && page.sendCallbackUrl !== null && (
        <SendCallback url={page.sendCallbackUrl} token={token} close={() => setSending(false)} />
      )}
    </header>
  );
}

function Search() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const customerId = input.current?.value.trim() ?? '';
    if (customerId !== '') goTo({ customerId });
  };
  return (
    <search>
      <form className="search" onSubmit={submit}>
        <input
          ref={input}
          type="search"
          aria-label="Find a customer by ID"
          aria-keyshortcuts="/"
          placeholder="Customer ID"
          spellCheck={false}
          autoComplete="off"
          maxLength={256}
        />
        <span className="key" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  );
}
