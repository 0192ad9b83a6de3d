/** The top of the page: navigation, the search, and the state of the stream. */
import { useState } from 'react';
import type { Api } from './api.ts';
import type { Attention } from './attention.ts';
import { Connection, ConnectionBanner } from './connection.tsx';
import { NO_FILTER } from './filter.ts';
import type { Live } from './live.ts';
import { Logo } from './marks.tsx';
import { canNotify, notifies, toggleNotifications } from './notifications.ts';
import { page } from './page.ts';
import { linkTo, route } from './route.ts';
import { Search } from './search.tsx';
import { SendCallback } from './send-callback.tsx';
import { session, signOut } from './session.ts';
import { SessionEnd } from './session-end.tsx';
import { useStore } from './store.ts';

/** The views: their name in the address, their title, and whether they are for `kyc:admin` alone. */
const VIEWS = [
  ['attention', 'Attention', false],
  ['customers', 'Customers', false],
  ['updates', 'Updates', false],
  ['dead-letters', 'Dead letters', true],
  ['consumers', 'Consumers', true],
  ['statistics', 'Statistics', true],
  ['audit', 'Audit log', true],
] as const;

interface HeaderProps {
  readonly api: Api;
  readonly live: Live;
  readonly attention: Attention;
}

export function Header({ api, live, attention }: HeaderProps) {
  const { total } = useStore(attention.view);
  const { view } = useStore(route);
  const { mayAdmin, who } = useStore(session);
  const [isSending, setSending] = useState(false);
  return (
    <header className="header">
      <div className="bar">
        <a
          className="brand"
          aria-label="KYC console: what needs attention"
          href={linkTo({ view: 'attention', customerId: null, filter: NO_FILTER })}
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
              {name === 'attention' && total > 0 && (
                <span className="badge">
                  <span className="hidden">: </span>
                  {total >= 10_000 ? '9,999+' : total}
                </span>
              )}
            </a>
          ))}
        </nav>
        <Search api={api} />
        <Connection live={live} />
        <div className="actions">
          <Notify />
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
      <SessionEnd />
      {isSending && page.sendCallbackUrl !== null && (
        <SendCallback url={page.sendCallbackUrl} token={api.token} close={() => setSending(false)} />
      )}
    </header>
  );
}

/** Turns desktop notifications on and off. */
function Notify() {
  const isOn = useStore(notifies);
  if (!canNotify()) return null;
  return (
    <button
      type="button"
      className="plain"
      aria-pressed={isOn}
      title="Desktop notifications of revoked approvals and new dead letters"
      onClick={() => void toggleNotifications()}
    >
      Notify me
    </button>
  );
}
