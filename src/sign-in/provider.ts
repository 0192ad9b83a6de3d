/** The OpenID provider: authorization code with PKCE, refresh tokens, sign-out. `openid-client` has the protocol. */
import type { Configuration, TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { discovery, openid } from './discovery.ts';
import { SignInFailure, signInFailure } from './failure.ts';
import { SESSION_TIMES, type SignInOptions, signInUrls } from './options.ts';
import { type Person, personIn } from './person.ts';
import { rolesIn } from './roles.ts';

/** The part of a sign-in that the browser keeps while its person is at the provider. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What the provider says about a person. */
export interface Identified {
  readonly person: Person;
  readonly roles: readonly string[];
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
}

/** How many requests to the provider may be under way. Beyond that they are refused. */
const MAX_IN_FLIGHT = 64;
/** The same for those that anybody can cause, by beginning a sign-in. The rest is for people who are signed in. */
const MAX_ANONYMOUS = 48;

/** Talks to one provider. Every method rejects with a `SignInFailure`. */
export class Provider {
  readonly #options: SignInOptions;
  readonly #configuration: () => Promise<Configuration>;
  #inFlight = 0;

  constructor(options: SignInOptions) {
    this.#options = options;
    const { providerMs } = { ...SESSION_TIMES, ...options.times };
    this.#configuration = discovery({ ...options, providerMs });
  }

  /** Where to send a browser to sign in, and what it has to keep. `asks`: let the person choose an account. */
  begin(asks: boolean): Promise<{ readonly url: URL; readonly attempt: Attempt }> {
    return this.#bounded(MAX_ANONYMOUS, async (configuration) => {
      const client = await openid();
      const attempt = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: signInUrls(this.#options.publicUrl).callback,
        scope: this.#scope(configuration),
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
        ...(asks && { prompt: 'login' }),
      });
      return { url, attempt };
    });
  }

  /** Who has returned from the provider, with `search` in the address. */
  finish(search: string, { state, nonce, verifier }: Attempt): Promise<Identified> {
    return this.#bounded(MAX_ANONYMOUS, async (configuration) => {
      const client = await openid();
      const returned = new URL(signInUrls(this.#options.publicUrl).callback);
      returned.search = search;
      const tokens = await client.authorizationCodeGrant(configuration, returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      return this.#identify(configuration, tokens, null);
    });
  }

  /** What the provider says about a person now. `refused`: they are signed out there, or blocked. */
  refresh(refreshToken: string, subject: string): Promise<Identified> {
    return this.#bounded(MAX_IN_FLIGHT, async (configuration) => {
      const client = await openid();
      const tokens = await client.refreshTokenGrant(configuration, refreshToken);
      const identified = await this.#identify(configuration, tokens, subject);
      // A provider that does not replace it means the one that was sent.
      return { ...identified, refreshToken: identified.refreshToken ?? refreshToken };
    });
  }

  /** Where a browser ends its session at the provider too; null when it has no such page. */
  signOutUrl(idToken: string | undefined): Promise<URL | null> {
    return this.#bounded(MAX_IN_FLIGHT, async (configuration) => {
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      const client = await openid();
      return client.buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: signInUrls(this.#options.publicUrl).signedOut,
        ...(idToken !== undefined && { id_token_hint: idToken }),
      });
    });
  }

  /** Revokes a refresh token, if the provider supports that. */
  revoke(refreshToken: string): Promise<void> {
    return this.#bounded(MAX_IN_FLIGHT, async (configuration) => {
      if (configuration.serverMetadata().revocation_endpoint === undefined) return;
      const client = await openid();
      await client.tokenRevocation(configuration, refreshToken, { token_type_hint: 'refresh_token' });
    });
  }

  async #bounded<Result>(limit: number, work: (configuration: Configuration) => Promise<Result>): Promise<Result> {
    if (this.#inFlight >= limit) {
      throw new SignInFailure('unavailable', `${this.#inFlight} requests to the provider wait for their answers`);
    }
    this.#inFlight++;
    try {
      return await work(await this.#configuration());
    } catch (error) {
      throw signInFailure(error);
    } finally {
      this.#inFlight--;
    }
  }

  #scope(configuration: Configuration): string {
    const { scopes_supported: supported } = configuration.serverMetadata();
    const words = this.#options.scope.split(' ');
    return words.filter((word) => word !== 'offline_access' || supported?.includes(word) === true).join(' ');
  }

  /** The claims of the ID token; those of the userinfo endpoint as well where they lack the roles. */
  async #identify(
    configuration: Configuration,
    tokens: TokenEndpointResponse & TokenEndpointResponseHelpers,
    subject: string | null,
  ): Promise<Identified> {
    const client = await openid();
    const idClaims: Readonly<Record<string, unknown>> = tokens.claims() ?? {};
    const expected = subject ?? String(idClaims['sub']);
    let claims = idClaims;
    let roles = rolesIn(claims, this.#options.roleClaim);
    if (roles.length === 0 && configuration.serverMetadata().userinfo_endpoint !== undefined) {
      const more = await client.fetchUserInfo(configuration, tokens.access_token, expected);
      claims = { ...more, ...idClaims };
      roles = rolesIn(claims, this.#options.roleClaim);
    }
    const person = personIn(claims);
    if (person === null) throw new SignInFailure('invalid', 'The ID token has no usable "sub"');
    if (person.subject !== expected) {
      throw new SignInFailure('invalid', 'The provider answered for another person than it was asked about');
    }
    return { person, roles, refreshToken: tokens.refresh_token, idToken: tokens.id_token };
  }
}
