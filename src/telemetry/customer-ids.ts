/** How customers are named in the log: by their ID, or by a keyed hash of it. */
import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';

/** What `LOG_CUSTOMER_IDS` may be. */
export const LOG_CUSTOMER_IDS = ['plain', 'hashed'] as const;

/** How customers are named in the log. */
export type LogCustomerIds = (typeof LOG_CUSTOMER_IDS)[number];

/** 64 bits, in hexadecimal. */
const HASH_LENGTH = 16;
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** The names of customers in the log of one gateway. */
export class CustomerNames {
  /** Whether names are hashes. */
  readonly isHashed: boolean;
  #key: Uint8Array | null = null;

  constructor(how: LogCustomerIds = 'plain') {
    this.isHashed = how === 'hashed';
  }

  /** Hashes with a key that belongs to the journal: names stay the same across restarts and instances. */
  takeKeyFrom({ seed }: { readonly seed: Uint8Array }): void {
    this.#key = createHmac('sha256', seed).update('customer IDs in the log').digest();
  }

  /** The name of a customer: their ID or, hashed, 16 hexadecimal digits. */
  nameOf(customerId: string): string {
    if (!this.isHashed) return customerId;
    // No customer is known before the journal is open.
    if (this.#key === null) return '[hidden]';
    return createHmac('sha256', this.#key).update(customerId).digest('hex').slice(0, HASH_LENGTH);
  }

  /** A log in which the field `customerId` has names instead of IDs. The same log where IDs are plain. */
  in(log: Logger): Logger {
    if (!this.isHashed) return log;
    const wrapper = Object.create(log) as Record<string, unknown>;
    for (const level of LEVELS) {
      const write = log[level].bind(log) as (...line: unknown[]) => void;
      wrapper[level] = (fields: unknown, ...rest: unknown[]) => write(this.#named(fields), ...rest);
    }
    wrapper['child'] = (...given: Parameters<Logger['child']>) => this.in(log.child(...given) as unknown as Logger);
    return wrapper as unknown as Logger;
  }

  #named(fields: unknown): unknown {
    const { customerId } = (fields ?? {}) as { readonly customerId?: unknown };
    return typeof customerId === 'string' ? { ...(fields as object), customerId: this.nameOf(customerId) } : fields;
  }
}
