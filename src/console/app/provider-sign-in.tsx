/** Where people sign in with the OpenID provider: a button, and why they have to sign in again. Nothing signs in by itself. */
import { Logo } from './marks.tsx';
import { checkSession, type SignOutReason, session } from './session.ts';
import { goToSignIn } from './session-requests.ts';
import { useStore } from './store.ts';

const REASONS: Partial<Record<SignOutReason, string>> = {
  ended: 'Your session has ended. Sign in again: the console continues where it stopped.',
  unavailable: 'The server could not check whether you are signed in. Try again in a minute.',
};

export function ProviderSignIn({ url }: { url: string }) {
  const { signOutReason, isChecking } = useStore(session);
  const isElsewhere = new URL(url).origin !== location.origin;
  const reason = signOutReason === null ? undefined : REASONS[signOutReason];
  const consoleUrl = url.replace(/\/sign-in$/, '');
  return (
    <main className="sign-in">
      <div className="card" aria-busy={isChecking === true}>
        <Logo />
        <h1>KYC console</h1>
        {reason === undefined ? (
          <p className="quiet">Every customer’s KYC, as XGateway reports it, live.</p>
        ) : (
          <p className="notice" role="alert">
            {reason}
          </p>
        )}
        {isElsewhere ? (
          <p>
            You can sign in at <a href={consoleUrl}>{consoleUrl}</a>
          </p>
        ) : signOutReason === 'unavailable' ? (
          <button type="button" className="primary" onClick={() => void checkSession()}>
            Try again
          </button>
        ) : (
          <button type="button" className="primary" disabled={isChecking === true} onClick={() => goToSignIn(url)}>
            Sign in
          </button>
        )}
      </div>
    </main>
  );
}
