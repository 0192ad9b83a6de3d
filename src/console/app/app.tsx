/** The whole page: who is signed in, the one stream that everything follows, and what is open. */
import { useEffect, useMemo } from 'react';
import { createApi } from './api.ts';
import { Header } from './header.tsx';
import { Live } from './live.ts';
import { route, type View } from './route.ts';
import { session } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { useStore } from './store.ts';
import { Workbench } from './workbench.tsx';

// One for the life of the page: a new token continues from the cursor of the previous one.
const live = new Live();

const TITLES: Readonly<Record<View, string>> = {
  customers: 'Customers',
  updates: 'Updates',
  'dead-letters': 'Dead letters',
  consumers: 'Consumers',
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

  useEffect(() => {
    document.title = `${customerId ?? TITLES[view]} · KYC console`;
  }, [view, customerId]);

  if (api === null) return <SignIn />;
  return (
    <div className="console">
      <Header api={api} live={live} />
      <Workbench api={api} live={live} />
    </div>
  );
}
