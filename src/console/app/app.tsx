/** The whole page: who is signed in, the one stream that everything follows, and what is open. */
import { useEffect, useMemo } from 'react';
import { createApi } from './api.ts';
import { Attention } from './attention.ts';
import { Header } from './header.tsx';
import { Live } from './live.ts';
import { notifyOf } from './notifications.ts';
import { route, type View } from './route.ts';
import { session } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { useStore } from './store.ts';
import { Workbench } from './workbench.tsx';

// One for the life of the page: a new token continues from the cursor of the previous one.
const live = new Live();
const attention = new Attention();

const TITLES: Readonly<Record<View, string>> = {
  attention: 'Needs attention',
  customers: 'Customers',
  updates: 'Updates',
  'dead-letters': 'Dead letters',
  consumers: 'Consumers',
  statistics: 'Statistics',
  audit: 'Audit log',
  record: 'Record',
};

export function App() {
  const { token, expiresAt } = useStore(session);
  const { view, customerId } = useStore(route);
  const api = useMemo(() => (token === null ? null : createApi(token)), [token]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the socket of a renewed session lives as long as that: a new one, before the old is closed
  useEffect(() => {
    if (api === null) return;
    const following = new AbortController();
    void live.run(api, following.signal);
    return () => following.abort();
  }, [api, expiresAt]);

  const { mayAdmin } = useStore(session);
  useEffect(() => (api === null ? undefined : attention.start(api, live)), [api]);
  useEffect(() => (api === null ? undefined : notifyOf(api, live, mayAdmin)), [api, mayAdmin]);

  const { total } = useStore(attention.view);
  useEffect(() => {
    const waiting = total === 0 ? '' : `(${total >= 10_000 ? '9,999+' : total}) `;
    document.title = `${waiting}${customerId ?? TITLES[view]} · KYC console`;
  }, [view, customerId, total]);

  if (api === null) return <SignIn />;
  return (
    <div className="console">
      <Header api={api} live={live} attention={attention} />
      <Workbench api={api} live={live} attention={attention} />
    </div>
  );
}
