/** The login field, and why one is asked to use it again. */
import type { FormEvent } from 'react';
import { Logo } from './marks.tsx';
import { type Refusal, session, signIn } from './session.ts';
import { useStore } from './store.ts';

const REASONS: Readonly<Record<Refusal, string>> = {
  expired: 'Your token has expired. Sign in with a fresh one: the console goes on where it stopped.',
  invalid: 'The server does not take this token. Sign in with another.',
  forbidden: 'This token may not read all customers. It needs the scope kyc:read.',
};

export function SignIn() {
  const { refusal } = useStore(session);
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
        {refusal === null ? (
          <p className="quiet">Every customer’s KYC, as XGateway reports it, live.</p>
        ) : (
          <p className="notice" role="alert">
            {REASONS[refusal]}
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
