/** Sign-ins that have begun: each is a short-lived encrypted cookie, so that many at once cost the server nothing. */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { currentTime } from '../schedule/clock.ts';
import { type CookieJar, readCookies } from './cookies.ts';
import type { Attempt } from './provider.ts';
import type { Sealer } from './sealed.ts';

const Kept = z.object({
  state: z.string().min(1),
  nonce: z.string().min(1),
  verifier: z.string().min(1),
  issuer: z.string(),
  /** Milliseconds since 1970. */
  until: z.number(),
});

/** The most attempts per browser, such as tabs that were restored together. The oldest is dropped. */
const MAX_ATTEMPTS = 4;
/** States that have been used, in case a browser brings one twice. */
const MAX_USED = 10_000;

/** What keeping attempts needs. */
export interface AttemptsOptions {
  readonly sealer: Sealer;
  readonly jar: CookieJar;
  readonly issuer: string;
  readonly attemptMs: number;
}

/** Keeps attempts in the browser, and takes each back once. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #used: LRUCache<string, true>;

  constructor(options: AttemptsOptions) {
    this.#options = options;
    this.#used = new LRUCache({ max: MAX_USED, ttl: options.attemptMs });
  }

  /** The `Set-Cookie` headers that keep an attempt, and those that make room for it. `cookie`: what the browser has. */
  async keep(attempt: Attempt, cookie: string | undefined): Promise<readonly string[]> {
    const { sealer, jar, issuer, attemptMs } = this.#options;
    const now = currentTime();
    const sealed = await sealer.seal('attempt', { ...attempt, issuer, until: now + attemptMs });
    const held = await Promise.all(
      [...readCookies(cookie, jar.attempt(''))].map(async ([name, value]) => {
        const { data } = Kept.safeParse(await sealer.open('attempt', value));
        return { name, until: data?.until ?? 0 };
      }),
    );
    held.sort((a, b) => b.until - a.until);
    const gone = held.filter(({ until }, index) => until <= now || index >= MAX_ATTEMPTS - 1);
    return [...gone.map(({ name }) => jar.clear(name)), jar.set(this.#nameOf(attempt.state), sealed, attemptMs)];
  }

  /** The attempt that `state` belongs to, once; null when this browser did not begin it, or too long ago. */
  async take(state: string, cookie: string | undefined): Promise<Attempt | null> {
    const { sealer, issuer } = this.#options;
    const name = this.#nameOf(state);
    const sealed = readCookies(cookie, name).get(name);
    if (sealed === undefined || this.#used.has(name)) return null;
    const { success, data } = Kept.safeParse(await sealer.open('attempt', sealed));
    if (!success || data.state !== state || data.issuer !== issuer || data.until <= currentTime()) return null;
    if (this.#used.has(name)) return null;
    this.#used.set(name, true);
    return data;
  }

  /** The `Set-Cookie` header that removes the attempt of a state. */
  clearing(state: string): string {
    return this.#options.jar.clear(this.#nameOf(state));
  }

  #nameOf(state: string): string {
    return this.#options.jar.attempt(hash('sha256', state, 'base64url').slice(0, 12));
  }
}
