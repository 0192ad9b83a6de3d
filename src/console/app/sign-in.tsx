/** The sign-in form, and why the user has to sign in again. */
import type { FormEvent } from 'react';
import { Logo } from './marks.tsx';
import { page } from './page.ts';
import { ProviderSignIn } from './provider-sign-in.tsx';
import { type SignOutReason, session, signIn } from './session.ts';
import { useStore } from './store.ts';

const REASONS: Partial<Record<SignOutReason, string>> = {
  expired: 'Your token has expired. Sign in with a new one: the console continues where it stopped.',
  invalid: 'The server rejected this token. Sign in with another one.',
  forbidden: 'This token cannot read all customers. It needs the scope kyc:read.',
};

export function SignIn() {
  return page.signInUrl === null ? <TokenSignIn /> : <ProviderSignIn url={page.signInUrl} />;
}

function TokenSignIn() {
  const { signOutReason } = useStore(session);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get('token') ?? '').trim();
    if (token !== '') signIn(token.replace(/^Bearer +/i, ''));
  };
  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit}>
        <Logo />
        <h1>KYC console</h1>
        {signOutReason === null ? (
          <p className="quiet">Every customer’s KYC, as XGateway reports it, live.</p>
        ) : (
          <p className="notice" role="alert">
            {REASONS[signOutReason]}
          </p>
        )}
        <label>
          Token
          <input name="token" type="password" autoComplete="off" spellCheck={false} required />
        </label>
        <button type="submit" className="primary">
          Sign in
        </button>
        <p className="quiet small">
          A bearer token with the scope <code>kyc:read</code>. It stays in this tab, until the tab is closed. In
          development, the server prints a link that carries one.
        </p>
      </form>
    </main>
  );
}
