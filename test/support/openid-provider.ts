/** A real OpenID provider from npm (`oidc-provider`), with people, a sign-in page, and ways to fail. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Provider from 'oidc-provider';

/** The client that the server under test is. */
export const CLIENT = { id: 'kyc-console', secret: 'the client secret of the tests' } as const;

/** How the provider behaves: `slow` never answers, `garbage` answers with a page, `failing` with 500. */
export type Behaviour = 'ok' | 'down' | 'slow' | 'garbage' | 'failing' | 'huge';

export interface OpenidProvider extends AsyncDisposable {
  readonly issuer: string;
  /** The claims of each person, by `sub`. Change them at any time. */
  readonly people: Map<string, Record<string, unknown>>;
  behaviour: Behaviour;
  /** Paths that were requested, without their queries. */
  readonly requested: string[];
  /** The seconds that its clock is ahead. */
  offsetSeconds: number;
}

export interface ProviderOptions {
  /** The server under test, as browsers see it. */
  readonly publicUrls: readonly string[];
  /** Gives refresh tokens, which are rotated. Default true. */
  readonly refreshes?: boolean;
  /** Puts the claims at the userinfo endpoint and not into the ID token. Default false. */
  readonly onlyUserinfo?: boolean;
  readonly port?: number;
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const JWKS = { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'test' }] };

/** Starts a provider on `localhost`, another site than `127.0.0.1`. */
export async function startOpenidProvider(options: ProviderOptions): Promise<OpenidProvider> {
  const requested: string[] = [];
  const people = new Map<string, Record<string, unknown>>();
  const self = { behaviour: 'ok' as Behaviour, offsetSeconds: 0 };
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  const server = createServer((request, response) => {
    requested.push((request.url ?? '').split('?')[0] ?? '');
    if (self.behaviour === 'ok') handle(request, response);
    else misbehave(self.behaviour, response);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, 'localhost', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, configuration(options, people));
  const protocol = provider.callback();
  handle = (request, response) => {
    const { pathname } = new URL(request.url ?? '/', issuer);
    if (pathname.startsWith('/interaction/')) void interact(provider, request, response);
    else protocol(request, response);
  };
  return {
    issuer,
    people,
    requested,
    get behaviour() {
      return self.behaviour;
    },
    set behaviour(behaviour) {
      self.behaviour = behaviour;
    },
    get offsetSeconds() {
      return self.offsetSeconds;
    },
    set offsetSeconds(seconds) {
      self.offsetSeconds = seconds;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function misbehave(behaviour: Behaviour, response: ServerResponse): void {
  if (behaviour === 'down') response.destroy();
  if (behaviour === 'failing') response.writeHead(500).end('{"error":"server_error"}');
  if (behaviour === 'garbage') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Maintenance</html>');
  if (behaviour === 'huge') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  }
}

function configuration(
  { publicUrls, refreshes = true, onlyUserinfo = false }: ProviderOptions,
  people: ReadonlyMap<string, Record<string, unknown>>,
) {
  return {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: publicUrls.map((url) => `${url}/console/sign-in/callback`),
        post_logout_redirect_uris: publicUrls.map((url) => `${url}/console/sign-in/signed-out`),
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: JWKS,
    cookies: { keys: ['the cookie key of the provider'] },
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'roles', 'realm_access'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: onlyUserinfo,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    issueRefreshToken: () => refreshes,
    rotateRefreshToken: true,
    findAccount: (_context: unknown, accountId: string) =>
      people.has(accountId) ? { accountId, claims: () => ({ sub: accountId, ...people.get(accountId) }) } : undefined,
    async loadExistingGrant(context: GrantContext) {
      const { client, session, provider } = context.oidc;
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  };
}

interface GrantContext {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: Provider;
  };
}

/** The sign-in page: a name, and a button. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(
      `<!doctype html><html lang="en"><title>Provider</title><form method="post" action="/interaction/${uid}"><label>Person <input name="person"></label><button>Continue</button><button name="cancel" value="1">Cancel</button></form>`,
    );
    return;
  }
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const form = new URLSearchParams(body);
  const result = form.has('cancel')
    ? { error: 'access_denied', error_description: 'The person cancelled' }
    : { login: { accountId: form.get('person') ?? '' } };
  await provider.interactionFinished(request, response, result);
}
