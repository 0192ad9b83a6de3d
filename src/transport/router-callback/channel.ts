/** One subscription of Apollo Router: what is sent to its callback URL, one update at a time, until one side ends it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { MAX_SESSION_MS, sessionTooLong, tokenExpired } from '../../access/viewer.ts';
import { KycError } from '../../errors.ts';
import type { CheckedPoster } from '../../http/checked-post.ts';
import { backOff } from '../../schedule/back-off.ts';
import { currentTime } from '../../schedule/clock.ts';
import { CLOSE_GRACE_MS } from '../closing.ts';
import { hasPassed, type Liveness, type Peer } from '../liveness.ts';
import { CHECK_MS, confirmSubscription, Heartbeat } from './check.ts';
import { messagesFor, type Outcome, type Recipient, send } from './messages.ts';

/** Longer than a peer may stall: the sweep ends a message that is not answered. */
const NEXT_MS = 60_000;
/** Between tries of one message, in milliseconds. */
const RETRY_MS = { first: 100, most: 2_000 } as const;

/** What a channel is made from. */
export interface ChannelOptions extends Recipient {
  readonly heartbeatIntervalMs: number;
  /** When the token expires, in milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
  readonly poster: CheckedPoster;
  readonly liveness: Liveness;
  readonly log: Logger;
}

/** The state of a channel. */
type State = 'open' | 'ending' | 'closed';

/** Sends a subscription's messages. */
export class RouterChannel implements Peer {
  readonly #options: ChannelOptions;
  readonly #messages: ReturnType<typeof messagesFor>;
  readonly openedAt: number;
  readonly #aborted = new AbortController();
  readonly #onEnd: (() => void)[] = [];
  readonly #closed = Promise.withResolvers<void>();
  #state: State = 'open';
  readonly #heartbeat: Heartbeat;
  /** The update that is being delivered. */
  #delivery: Promise<void> = Promise.resolve();
  /** The sweep since which an update is not taken; 0: none waits. */
  #undeliveredSince = 0;
  /** Router has ended it: there is nothing to resume. */
  isEndedByRouter = false;
  /** Heartbeats, which run on their own. */
  unanswered = 0;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#messages = messagesFor(options);
    this.openedAt = options.liveness.now;
    this.#heartbeat = new Heartbeat(this.#sendCheck, options.liveness, (outcome) => this.#settle(outcome));
  }

  /** Resolves when nothing is sent any more. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get unreadSince(): number {
    if (this.#state !== 'open') return 0;
    const unanswered = this.#heartbeat.unansweredSince;
    if (this.#undeliveredSince === 0 || unanswered === 0) return this.#undeliveredSince || unanswered;
    return Math.min(this.#undeliveredSince, unanswered);
  }

  /** Whether updates may still be delivered; ends the channel when the token has expired. */
  isOpen(): boolean {
    if (this.#state === 'open' && this.#isExpired(currentTime())) this.end(tokenExpired());
    return this.#state === 'open';
  }

  /** Has Router confirm the subscription. Rejects with `SUBSCRIPTION_CALLBACK_FAILED`. */
  check(): Promise<void> {
    return confirmSubscription(this.#sendCheck, () => this.#state === 'open');
  }

  /** Checks as often as Router asked for. */
  startHeartbeats(): void {
    const { heartbeatIntervalMs } = this.#options;
    if (heartbeatIntervalMs > 0 && this.#state === 'open') this.#heartbeat.start(heartbeatIntervalMs);
  }

  /** Delivers an update's payload. Calls back when Router has it; when it can't be delivered the channel has ended. */
  push(payload: string, sent: (error?: Error | null) => void): void {
    this.#undeliveredSince = this.#options.liveness.now;
    this.#delivery = this.#deliver(this.#messages.next(payload)).then((isDelivered) => {
      this.#undeliveredSince = 0;
      if (isDelivered) sent();
    }, sent);
  }

  /** Calls `ended` when no more updates are taken. */
  onEnd(ended: () => void): void {
    if (this.#state === 'open') this.#onEnd.push(ended);
    else ended();
  }

  /** Ends the subscription with a reason, so that Router's client starts another one. Never a quiet `complete`. */
  end(reason: KycError): void {
    if (!this.#stop('ending')) return;
    void this.#complete(reason).finally(() => this.#close());
  }

  /** Another channel takes over the subscription, so no message is sent. Resolves when none is under way. */
  async supersede(): Promise<void> {
    this.#stop('ending');
    await this.#settled(CHECK_MS);
    this.#close();
  }

  /** Ends silently: Router has not been answered yet. */
  abandon(): void {
    this.#close();
  }

  checkDeadline(sweep: number, now: number): void {
    if (this.#state !== 'open') return;
    if (this.#isExpired(now)) this.end(tokenExpired());
    else if (hasPassed(this.openedAt, sweep, MAX_SESSION_MS)) this.end(sessionTooLong());
  }

  beat(): void {
    // Router says how often.
  }

  /** Router takes nothing: ends the channel, or what is left of it. */
  terminate(): void {
    if (this.#state === 'open') this.end(failed('it took nothing for too long'));
    else this.#close();
  }

  async #deliver(message: string): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      const outcome = await send(this.#options.poster, this.#options, message, {
        deadlineMs: NEXT_MS,
        signal: this.#aborted.signal,
      });
      if (outcome.kind === 'accepted') return true;
      if (this.#state !== 'open') return false;
      if (outcome.kind !== 'retry') {
        this.#settle(outcome);
        return false;
      }
      await this.#pause(backOff(attempt, RETRY_MS.first, RETRY_MS.most));
      if (this.#state !== 'open') return false;
    }
  }

  readonly #sendCheck = (deadlineMs: number): Promise<Outcome> => {
    const { signal } = this.#aborted;
    return send(this.#options.poster, this.#options, this.#messages.check, { deadlineMs, signal, reuses: true });
  };

  /** What an answer other than an acceptance means for the subscription. */
  #settle(outcome: Exclude<Outcome, { kind: 'accepted' | 'retry' }>): void {
    const { log, url, subscriptionId } = this.#options;
    if (outcome.kind === 'ended') {
      this.isEndedByRouter = true;
      if (this.#stop('ending')) this.#close();
      return;
    }
    if (this.#state !== 'open') return;
    const { reason } = outcome;
    log.warn({ host: url.host, subscriptionId, reason }, "Apollo Router's callback URL failed; the subscription ends");
    this.end(failed(reason));
  }

  async #complete(reason: KycError): Promise<void> {
    await this.#settled(CLOSE_GRACE_MS);
    if (this.isEndedByRouter) return;
    const options = { deadlineMs: CLOSE_GRACE_MS, signal: this.#aborted.signal };
    const outcome = await send(this.#options.poster, this.#options, this.#messages.complete(reason), options);
    if (outcome.kind === 'accepted' || outcome.kind === 'ended') return;
    const { log, url, subscriptionId } = this.#options;
    log.debug({ host: url.host, subscriptionId, reason: outcome.reason }, 'a callback URL did not take the end');
  }

  /** Resolves when the update that is on its way has an answer, or after a while. */
  async #settled(withinMs: number): Promise<void> {
    await Promise.race([this.#delivery, this.#pause(withinMs)]);
  }

  #pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, undefined, { ref: false, signal: this.#aborted.signal }).catch(() => {});
  }

  /** Takes no more updates. False when that was so already. */
  #stop(state: State): boolean {
    if (this.#state !== 'open') return false;
    this.#state = state;
    this.#heartbeat.stop();
    for (const ended of this.#onEnd.splice(0)) ended();
    return true;
  }

  #close(): void {
    this.#stop('closed');
    this.#state = 'closed';
    this.#aborted.abort();
    this.#closed.resolve();
  }

  #isExpired(now: number): boolean {
    const { expiresAt } = this.#options;
    return expiresAt !== null && expiresAt <= now;
  }
}

function failed(reason: string): KycError {
  return new KycError('SUBSCRIPTION_CALLBACK_FAILED', `The callback URL failed: ${reason}. Subscribe again.`);
}
