/** The secrets of a gateway: read at each use, so that they can be rotated while it runs. */
import type { JwtAuthenticator, JwtSecrets } from '../access/jwt.ts';
import { isSameDatabase } from '../journal/credentials.ts';
import { type CallbackSecrets, checkSecrets } from '../xgateway/callback-hash.ts';

/** What `rotateSecrets` replaces. What is left out stays as it is. */
export interface KycSecrets {
  /** The secrets that callbacks are signed with. Without `previous`, only `current` is accepted from now on. */
  readonly callbacks?: CallbackSecrets | undefined;
  /** The secrets that tokens are signed with. */
  readonly tokens?: JwtSecrets | undefined;
  /** The key of XGateway's API. */
  readonly apiKey?: string | undefined;
  /** The URL of the same Postgres database with another user or password, for new connections. Those that are open stay. */
  readonly databaseUrl?: string | undefined;
}

/** What a gateway was made with. */
export interface SecretSources {
  readonly callbacks: CallbackSecrets;
  /** Null: an owner's function authenticates. */
  readonly tokens: JwtAuthenticator | null;
  /** Undefined: XGateway's API is not used. */
  readonly apiKey: string | (() => string) | undefined;
  readonly databaseUrl: string;
}

/** Holds the secrets. */
export class Secrets {
  #callbacks: CallbackSecrets;
  #apiKey: string | (() => string) | undefined;
  #databaseUrl: string;
  readonly #tokens: JwtAuthenticator | null;
  /** Called when the API key has been replaced. */
  onApiKey: () => void = () => {};

  constructor({ callbacks, tokens, apiKey, databaseUrl }: SecretSources) {
    checkSecrets(callbacks);
    this.#callbacks = { ...callbacks };
    this.#tokens = tokens;
    this.#apiKey = apiKey;
    this.#databaseUrl = databaseUrl;
  }

  /** The callback secrets: the properties always return the current ones. */
  readonly callbacks: CallbackSecrets = Object.defineProperties({} as { current: string; previous?: string }, {
    current: { get: () => this.#callbacks.current },
    previous: { get: () => this.#callbacks.previous },
  });

  /** The current API key. */
  readonly apiKey = (): string => (typeof this.#apiKey === 'function' ? this.#apiKey() : (this.#apiKey ?? ''));

  /** The URL of the journal, with the current credentials. */
  readonly databaseUrl = (): string => this.#databaseUrl;

  /** Replaces what is given: all of it or, when something is wrong, nothing. Throws a `TypeError` that names the option. */
  rotate({ callbacks, tokens, apiKey, databaseUrl }: KycSecrets): void {
    if (callbacks !== undefined) checkSecrets(callbacks);
    if (apiKey !== undefined && this.#apiKey === undefined) {
      throw new TypeError(
        'apiKey: this gateway was made without xgatewayApi. Make it with xgatewayApi to give it a key.',
      );
    }
    if (apiKey !== undefined && (typeof apiKey !== 'string' || apiKey === '')) throw new TypeError('apiKey is empty.');
    if (databaseUrl !== undefined && !isSameDatabase(databaseUrl, this.#databaseUrl)) {
      throw new TypeError(
        'databaseUrl: only the user and the password of a Postgres can be replaced while it is in use. Restart to use another database.',
      );
    }
    if (tokens !== undefined) {
      if (this.#tokens === null)
        throw new TypeError('tokens: an access function authenticates; it has no secret here.');
      this.#tokens.rotate(tokens);
    }
    if (callbacks !== undefined) this.#callbacks = { ...callbacks };
    if (databaseUrl !== undefined) this.#databaseUrl = databaseUrl;
    if (apiKey === undefined) return;
    this.#apiKey = apiKey;
    this.onApiKey();
  }
}
