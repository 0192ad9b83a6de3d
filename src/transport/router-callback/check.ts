/** Checks: the first one, by which Router confirms a subscription, and the heartbeats after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { KycError } from '../../errors.ts';
import { backOff } from '../../schedule/back-off.ts';
import type { Liveness } from '../liveness.ts';
import type { Outcome } from './messages.ts';

/** How long Router has for a check, and for the first one with its retries, in milliseconds. */
export const CHECK_MS = 5_000;
/** How soon a heartbeat that failed is repeated, in milliseconds. */
const REPEAT_MS = 2_000;

/** Sends a check. */
type SendCheck = (deadlineMs: number) => Promise<Outcome>;

/**
 * The first check: Router has to know the subscription before anything is answered. Rejects with `SUBSCRIPTION_CALLBACK_FAILED` when it
 * does not confirm it, and when the channel ends in between.
 */
export async function confirmSubscription(send: SendCheck, isOpen: () => boolean): Promise<void> {
  const deadline = performance.now() + CHECK_MS;
  for (let attempt = 0; ; attempt++) {
    const outcome = await send(Math.max(1, deadline - performance.now()));
    if (outcome.kind === 'accepted' && outcome.confirms && isOpen()) return;
    const pause = backOff(attempt, 100, REPEAT_MS);
    const mayRepeat = outcome.kind === 'retry' || outcome.kind === 'unknown';
    if (mayRepeat && isOpen() && performance.now() + pause < deadline) {
      await sleep(pause);
      continue;
    }
    const message = `The callback URL did not confirm the subscription: ${reasonOf(outcome)}.`;
    throw new KycError('SUBSCRIPTION_CALLBACK_FAILED', message);
  }
}

function reasonOf(outcome: Outcome): string {
  if (outcome.kind === 'ended') return 'it does not know the subscription (404)';
  if (outcome.kind !== 'accepted') return outcome.reason;
  return 'it did not answer 204 with the header "subscription-protocol: callback/1.0"';
}

/** The ends that Router's answer to a heartbeat can be. */
type Ending = Extract<Outcome, { kind: 'ended' | 'refused' }>;

/** The heartbeats of one subscription: one check under way at a time. */
export class Heartbeat {
  readonly #send: SendCheck;
  readonly #onEnded: (outcome: Ending) => void;
  readonly #liveness: Liveness;
  #interval: NodeJS.Timeout | undefined;
  #repeat: NodeJS.Timeout | undefined;
  #isChecking = false;
  /** The sweep since which checks are not answered; 0: they are. */
  unansweredSince = 0;

  /** @param onEnded called when Router has ended the subscription, or refuses the check. */
  constructor(send: SendCheck, liveness: Liveness, onEnded: (outcome: Ending) => void) {
    this.#send = send;
    this.#liveness = liveness;
    this.#onEnded = onEnded;
  }

  start(intervalMs: number): void {
    this.#interval = setInterval(() => void this.#beat(), intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#interval);
    clearTimeout(this.#repeat);
    this.#interval = undefined;
  }

  async #beat(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    clearTimeout(this.#repeat);
    if (this.unansweredSince === 0) this.unansweredSince = this.#liveness.now;
    const outcome = await this.#send(CHECK_MS);
    this.#isChecking = false;
    if (this.#interval === undefined) return;
    if (outcome.kind === 'accepted') this.unansweredSince = 0;
    else if (outcome.kind === 'ended' || outcome.kind === 'refused') this.#onEnded(outcome);
    // One lost packet must not end a subscription whose next heartbeat is a minute away.
    else this.#repeat = setTimeout(() => void this.#beat(), REPEAT_MS).unref();
  }
}
