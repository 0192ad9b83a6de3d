/** Says that the session is about to end, while there is time to finish what is being written. */
import { timeOf } from './labels.ts';

import { page } from './page.ts';
import { session } from './session.ts';
import { useNow, useStore } from './store.ts';

/** How long before the end it is said. */
const SAID_MS = 2 * 60_000;

export function SessionEnd() {
  const { endsAt } = useStore(session);
  return endsAt === null ? null : <Ending endsAt={endsAt} />;
}

function Ending({ endsAt }: { endsAt: number }) {
  const now = useNow();
  if (endsAt - now > SAID_MS) return null;
  return (
    <div className="banner" data-kind="trouble">
      <p role="status">
        <strong>Your session ends at {timeOf(endsAt)}.</strong> Sign in again, and this page continues.
      </p>
      <a className="button" href={`${page.signInUrl}/start`} target="_blank" rel="noreferrer">
        Sign in again (new tab)
      </a>
    </div>
  );
}
