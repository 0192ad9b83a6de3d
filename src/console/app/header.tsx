/** The top of the page: navigation, the search, and the state of the stream. */
import { useState } from 'react';
import type { Api } from './api.ts';
import { Connection, ConnectionBanner } from './connection.tsx';
import { NO_FILTER } from './filter.ts';
import type { Live } from './live.ts';
import { Logo } from './marks.tsx';
import { page } from './page.ts';
import { linkTo, route } from './route.ts';
import { Search } from './search.tsx';
import { SendCallback } from './send-callback.tsx';
import { session, signOut } from './session.ts';
import { useStore } from './store.ts';

/** The views: their name in the address, their title, and whether they are for `kyc:admin` alone. */
const VIEWS = [
  ['customers', 'Customers', false],
  ['updates', 'Updates', false],
  ['dead-letters', 'Dead letters', true],
  ['consumers', 'Consumers', true],
] as const;

export function Header({ api, live }: { api: Api; live: Live }) {
  const { view } = useStore(route);
  const { mayAdmin, who } = useStore(session);
  const [isSending, setSending] = useState(false);
  return (
    <header className="header">
      <div className="bar">
        <a
          className="brand"
          aria-label="KYC console: all customers"
          href={linkTo({ view: 'customers', customerId: null, filter: NO_FILTER })}
        >
          <Logo />
          <h1>
            KYC <span className="quiet">console</span>
          </h1>
        </a>
        <nav aria-label="Views">
          {VIEWS.filter(([, , forAdmins]) => mayAdmin || !forAdmins).map(([name, label]) => (
            <a
              key={name}
              href={linkTo({ view: name, customerId: null })}
              aria-current={view === name ? 'page' : undefined}
            >
              {label}
            </a>
          ))}
        </nav>
        <Search api={api} />
        <Connection live={live} />
        <div className="actions">
          {page.sendCallbackUrl !== null && (
            <button type="button" onClick={() => setSending(true)}>
              Send a callback
            </button>
          )}
          <button
            type="button"
            className="plain"
            title={who === null ? undefined : `Signed in as ${who}`}
            onClick={() => signOut()}
          >
            Sign out
          </button>
        </div>
      </div>
      <ConnectionBanner live={live} />
      {isSending && page.sendCallbackUrl !== null && (
        <SendCallback url={page.sendCallbackUrl} token={api.token} close={() => setSending(false)} />
      )}
    </header>
  );
}
