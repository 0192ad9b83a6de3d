/** What the server wrote on the page's `html` element. */
const {
  graphql = '/graphql',
  base = '/console',
  development = 'false',
  customerUrl = '',
  signIn,
} = document.documentElement.dataset;

/** Where this page is, and what it may use. */
export const page = {
  graphqlUrl: new URL(graphql, location.origin).href,
  socketUrl: new URL(graphql, location.origin.replace(/^http/, 'ws')).href,
  /** Where people sign in with an OpenID provider; null: with a token. */
  signInUrl: signIn ?? null,
  /** Sends a signed callback; null in production. */
  sendCallbackUrl: development === 'true' ? `${base}/development/callback` : null,
  /** The customer's page in the merchant's own system; null: not set. */
  customerUrl: (customerId: string): string | null =>
    customerUrl === '' ? null : customerUrl.replaceAll('{customerId}', () => encodeURIComponent(customerId)),
} as const;
