/** Which transport the next attempt uses. */
import { TRANSPORTS, type TransportName } from './transport.ts';

/** How often in a row a transport that once worked may fail before the other is tried. One that never worked gets one attempt. */
const MAX_FAILURES_ONCE_PROVEN = 3;

/** Keeps the transport that works, and switches to the other one when it stops reaching the gateway. */
export class TransportSelector {
  readonly #wanted: 'auto' | TransportName;
  #current: TransportName;
  #proven: TransportName | null = null;
  #failures = 0;

  constructor(wanted: 'auto' | TransportName) {
    this.#wanted = wanted;
    this.#current = wanted === 'auto' ? 'websocket' : wanted;
  }

  /** The transport for the next attempt. */
  get current(): TransportName {
    return this.#current;
  }

  /** Records an attempt: whether it reached the gateway at all. */
  record(reached: boolean): void {
    this.#failures = reached ? 0 : this.#failures + 1;
    if (reached) this.#proven = this.#current;
    const allowed = this.#proven === this.#current ? MAX_FAILURES_ONCE_PROVEN : 0;
    if (this.#wanted !== 'auto' || this.#failures <= allowed) return;
    this.#failures = 0;
    this.#current = TRANSPORTS.find((name) => name !== this.#current) ?? this.#current;
  }
}
