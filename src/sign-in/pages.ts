/** The pages for people who are not signed in: plain HTML without a script. */
import { hash } from 'node:crypto';
import { escapeHtml, pageHeaders } from '../console/page.ts';
import type { SignInFailureKind } from './failure.ts';

/** A page. */
export interface SignInPage {
  readonly status: number;
  readonly title: string;
  /** Sentences, a paragraph each. Text, not HTML. */
  readonly says: readonly string[];
  /** What the button says; it begins a sign-in. */
  readonly button: string;
  /** Whether the provider must let the person choose an account, even if it already knows one. */
  readonly asks?: boolean;
}

const AGAIN = 'Sign in again';

/** The page for each kind of failure. */
export const FAILURE_PAGES: Readonly<Record<SignInFailureKind, SignInPage>> = {
  unavailable: {
    status: 503,
    title: 'The sign-in service does not respond',
    says: [
      'Your account is fine. Wait a minute, then try again.',
      'If it stays like this, tell the administrator of this server.',
    ],
    button: 'Try again',
  },
  refused: {
    status: 400,
    title: 'This sign-in is no longer valid',
    says: ['It was used already, or it took too long.'],
    button: AGAIN,
  },
  denied: {
    status: 403,
    title: 'The sign-in was cancelled',
    says: ['You, or the sign-in service, ended it before it was complete.'],
    button: AGAIN,
  },
  invalid: {
    status: 400,
    title: 'This sign-in cannot be completed',
    says: ['It was not started in this browser, it took too long, or the answer of the sign-in service was not valid.'],
    button: AGAIN,
  },
  no_role: {
    status: 403,
    title: 'You have no access to the KYC console',
    says: [
      'You are signed in, but none of your roles gives access.',
      'Ask the administrator of your account for access. Then sign in again.',
    ],
    button: 'Sign in with another account',
    asks: true,
  },
  configuration: {
    status: 500,
    title: 'Signing in is not set up correctly',
    says: ['The sign-in service does not accept this server. Tell its administrator: the server’s log has the reason.'],
    button: 'Try again',
  },
};

/** The page at which signing out ends. */
export const SIGNED_OUT: SignInPage = {
  status: 200,
  title: 'You are signed out',
  says: ['You can close this tab.'],
  button: 'Sign in',
};

const STYLE = `:root{color-scheme:light dark;--ground:#f6f5f1;--card:#fff;--text:#1d1f24;--quiet:#5b606b;--line:#d9d7d0;--accent:#1f5fae;--on:#fff}
@media (prefers-color-scheme:dark){:root{--ground:#14161a;--card:#1d2026;--text:#e9e9ea;--quiet:#a4a9b3;--line:#343841;--accent:#8ab8f0;--on:#10151c}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{width:min(28rem,100%);background:var(--card);border:1px solid var(--line);border-radius:10px;padding:2rem}
h1{margin:0 0 1rem;font-size:1.35rem;line-height:1.25}p{margin:0 0 .75rem;overflow-wrap:anywhere}.quiet{color:var(--quiet);font-size:.875rem}
a{display:inline-block;margin:.5rem 0 1rem;padding:.55rem 1rem;border-radius:6px;background:var(--accent);color:var(--on);font-weight:600;text-decoration:none}a:focus-visible{outline:3px solid var(--text);outline-offset:2px}`;

const POLICY =
  `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The headers of every page. */
export const SIGN_IN_HEADERS: Readonly<Record<string, string>> = {
  ...pageHeaders(POLICY),
  'Cache-Control': 'no-store',
  'Content-Type': 'text/html; charset=utf-8',
};

/** Writes a page. `startUrl`: where its button leads. `requestId`: what the log names this request by; null: there is nothing in it. */
export function signInHtml(page: SignInPage, startUrl: string, requestId: string | null): string {
  const title = escapeHtml(page.title);
  const paragraphs = page.says.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n');
  const link = escapeHtml(page.asks === true ? `${startUrl}?account=other` : startUrl);
  const reference = requestId === null ? '' : `\n<p class="quiet">Request ${escapeHtml(requestId)}</p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · KYC console</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
<main>
<h1>${title}</h1>
${paragraphs}
<a href="${link}" role="button">${escapeHtml(page.button)}</a>${reference}
</main>
`;
}
