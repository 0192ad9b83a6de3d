/**
 * Sessions of people who signed in. Nothing is kept on the server: the browser has two encrypted cookies, which every instance with the
 * same secret accepts. One says who somebody is and what they may do, until the next check; the other, which only renewing and signing
 * out read, holds the provider's refresh token.
 */
import { hash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Viewer } from '../access/viewer.ts';
import { currentTime } from '../schedule/clock.ts';
import { type CookieJar, MAX_COOKIE_LENGTH, readCookies } from './cookies.ts';
import type { SessionTimes } from './options.ts';
import type { Identified } from './provider.ts';
import type { Scope } from './roles.ts';
import type { Sealer } from './sealed.ts';

const Session = z.object({
  /** Of this sign-in. */
  id: z.string(),
  issuer: z.string(),
  subject: z.string().min(1),
  name: z.string().min(1),
  scope: z.enum(['kyc:read', 'kyc:admin']),
  /** When it ends unless it is renewed, and in any case; in milliseconds since 1970. */
  until: z.number(),
  ends: z.number(),
});

const Renewal = z.object({
  id: z.string(),
  issuer: z.string(),
  subject: z.string().min(1),
  refreshToken: z.string().nullable(),
  idToken: z.string().nullable(),
  /** Until when it may renew, and the session's end in any case. */
  until: z.number(),
  ends: z.number(),
});

/** Who is signed in, and until when. */
export type Session = z.output<typeof Session>;

/** What renews a session. */
export type Renewal = z.output<typeof Renewal>;

/** A session with the `Set-Cookie` headers that store it. */
export interface StoredSession {
  readonly session: Session;
  readonly cookies: readonly string[];
}

/** What sessions are made with. */
export interface SessionsOptions {
  readonly sealer: Sealer;
  readonly jar: CookieJar;
  readonly issuer: string;
  readonly times: SessionTimes;
}

/** Decrypted sessions that are kept, by the digest of their cookie, and sign-outs that are remembered. */
const MAX_KNOWN = 1_000;
const MAX_ENDED = 10_000;

/** Makes, reads and ends sessions. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #known = new LRUCache<string, Session>({ max: MAX_KNOWN, ttl: 60_000 });
  readonly #ended: LRUCache<string, true>;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#ended = new LRUCache({ max: MAX_ENDED, ttl: options.times.maxMs });
  }

  /** Drops what was decrypted, because the secrets were replaced. */
  forgetKnown(): void {
    this.#known.clear();
  }

  /** Starts the session of somebody who has just signed in. */
  start(identified: Identified, scope: Scope): Promise<StoredSession> {
    const id = randomBytes(16).toString('base64url');
    return this.#store(id, currentTime() + this.#options.times.maxMs, identified, scope);
  }

  /** Continues a session after the provider was asked again. Its absolute end stays the same. */
  renew({ id, ends }: Renewal, identified: Identified, scope: Scope): Promise<StoredSession> {
    return this.#store(id, ends, identified, scope);
  }

  /** The session in a `Cookie` header that has not ended; null without one. */
  async read(cookie: string | undefined): Promise<Session | null> {
    const { sealer, jar, issuer } = this.#options;
    const sealed = readCookies(cookie, jar.session).get(jar.session);
    if (sealed === undefined) return null;
    const key = hash('sha256', sealed, 'base64');
    let session = this.#known.get(key);
    if (session === undefined) {
      const { success, data } = Session.safeParse(await sealer.open('session', sealed));
      if (!success) return null;
      this.#known.set(key, data);
      session = data;
    }
    const isOver = session.issuer !== issuer || session.until <= currentTime() || this.#ended.has(session.id);
    return isOver ? null : session;
  }

  /** What can renew the session in a `Cookie` header; null without it, and when it is too late. */
  async readRenewal(cookie: string | undefined): Promise<Renewal | null> {
    const { sealer, jar, issuer } = this.#options;
    const sealed = readCookies(cookie, jar.renewal).get(jar.renewal);
    if (sealed === undefined) return null;
    const { success, data } = Renewal.safeParse(await sealer.open('renewal', sealed));
    if (!success || data.issuer !== issuer || this.#ended.has(data.id)) return null;
    return Math.min(data.until, data.ends) <= currentTime() ? null : data;
  }

  /** Ends a session: this instance accepts its cookies no longer, wherever a copy of them is. */
  end(id: string): void {
    this.#ended.set(id, true);
  }

  /** Removes the cookies of a session. */
  clearing(): readonly string[] {
    const { jar } = this.#options;
    return [jar.clear(jar.session), jar.clear(jar.renewal)];
  }

  async #store(id: string, ends: number, identified: Identified, scope: Scope): Promise<StoredSession> {
    const { sealer, jar, issuer, times } = this.#options;
    const { person, refreshToken = null, idToken = null } = identified;
    const now = currentTime();
    const renewal = { id, issuer, subject: person.subject, ends, until: now + times.idleMs };
    // Parts that do not fit are left out: first the hint for the sign-out page, then the refresh token.
    let sealed = '';
    let canRenew = false;
    for (const tokens of [
      { refreshToken, idToken },
      { refreshToken, idToken: null },
      { refreshToken: null, idToken: null },
    ]) {
      sealed = await sealer.seal('renewal', { ...renewal, ...tokens });
      canRenew = tokens.refreshToken !== null;
      if (sealed.length <= MAX_COOKIE_LENGTH) break;
    }
    const until = Math.min(ends, now + (canRenew ? times.checkMs : times.uncheckedMs));
    const session = { id, issuer, subject: person.subject, name: person.name, scope, until, ends };
    const cookies = [jar.set(jar.session, await sealer.seal('session', session)), jar.set(jar.renewal, sealed)];
    return { session, cookies };
  }
}

/** The viewer of a session: they pass the gate as the bearer of a token does, and their sockets close when the session ends. */
export function viewerOf({ issuer, subject, name, scope, until }: Session): Viewer {
  return {
    subject,
    issuer,
    customerId: null,
    mayRead: true,
    mayAdmin: scope === 'kyc:admin',
    expiresAt: until,
    person: { name },
  };
}
