/** Small values that a browser keeps for the server: encrypted, so that it can neither read nor change them. */
import { hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import type { SessionSecrets } from './options.ts';

/** What a value is for. Each purpose has a key of its own: a cookie is never taken for another one. */
export type Purpose = 'session' | 'renewal' | 'attempt';

/** The largest text that is opened, in characters: a browser keeps no larger cookie. */
const MAX_SEALED = 4_096;
const MIN_SECRET_BYTES = 32;

type Keys = Readonly<Record<Purpose, readonly Uint8Array[]>>;

/** Encrypts and decrypts, with secrets that can be replaced. Every instance with the same secret opens the values of every other. */
export class Sealer {
  #keys: Keys;

  /** Throws a `TypeError` when a secret is too short. */
  constructor(secrets: SessionSecrets) {
    this.#keys = keysOf(secrets);
  }

  /** Uses other secrets from now on. Throws a `TypeError`, and changes nothing, when one is too short. */
  rotate(secrets: SessionSecrets): void {
    this.#keys = keysOf(secrets);
  }

  /** Encrypts a value, as text that a cookie can hold. */
  async seal(purpose: Purpose, value: object): Promise<string> {
    const [key = new Uint8Array()] = this.#keys[purpose];
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(key);
  }

  /** Decrypts a value; null for anything that was not sealed for this purpose with a secret that holds now. */
  async open(purpose: Purpose, sealed: string): Promise<Readonly<Record<string, unknown>> | null> {
    if (sealed.length > MAX_SEALED) return null;
    for (const key of this.#keys[purpose]) {
      try {
        const { plaintext } = await compactDecrypt(sealed, key, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return JSON.parse(new TextDecoder().decode(plaintext));
      } catch {
        // Another key, or not ours.
      }
    }
    return null;
  }
}

function keysOf({ current, previous }: SessionSecrets): Keys {
  const secrets = [current, ...(previous === undefined ? [] : [previous])];
  for (const secret of secrets) {
    if (typeof secret === 'string' && Buffer.byteLength(secret) >= MIN_SECRET_BYTES) continue;
    throw new TypeError('The session secret needs 32 bytes or more. Make one: openssl rand -base64 32');
  }
  const derived = (purpose: Purpose) =>
    secrets.map((secret) => new Uint8Array(hkdfSync('sha256', secret, '', `xgateway-kyc ${purpose} 1`, 32)));
  return { session: derived('session'), renewal: derived('renewal'), attempt: derived('attempt') };
}
