/**
 * The feed's link to a notifier, which may be the owner's own (Redis, NATS, Kafka): it may be down when we start, hang, throw,
 * reject for ever, or call back twice. None of that delays a commit or a start, because a notification is only a hint: without
 * it the feed finds new entries at its next poll.
 *
 *   subscribe ──ok──▶ linked ──a publish fails or hangs──▶ failing ──the next one succeeds──▶ linked
 *       └──fails, or has not answered in time──▶ pause, doubled each time ──▶ subscribe
 */
import type { PubSubEngine } from 'graphql-subscriptions';
import { type Scheduler, withDeadline } from './scheduler.ts';

/** The notifier's topic. What is published is the position of the last entry, or null: "read the journal". */
export const NOTIFIER_TOPIC = 'xgateway-kyc';

/** How long to wait for the notifier's answer. */
const SUBSCRIBE_DEADLINE_MS = 2_000;
const PUBLISH_DEADLINE_MS = 5_000;
const MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
/** How many calls may be unanswered before no new one is made. */
const MAX_HANGING = 4;

/** What a link reports. None of these may throw. */
export interface NotifierEvents {
  /** Something was published, by us or by another instance, or may have been while nobody listened (null). Not trusted. */
  notified(hint: unknown): void;
  /** The notifier works from now on, or doesn't; called once for each change, and for each failure. */
  changed(isWorking: boolean, error?: unknown): void;
}

/** Subscribes to a notifier until it succeeds, and publishes to it one call at a time. */
export class NotifierLink {
  readonly #engine: PubSubEngine;
  readonly #events: NotifierEvents;
  readonly #scheduler: Scheduler;
  #subscription: { readonly id: number } | null = null;
  #isStopped = false;
  #isPublishing = false;
  #isPublishFailing = false;
  /** The latest position that waits for the publish under way: earlier ones say nothing more. */
  #waiting: number | null = null;
  #hangingSubscribes = 0;
  #hangingPublishes = 0;
  #cancelRetry = () => {};

  constructor(engine: PubSubEngine, events: NotifierEvents, scheduler: Scheduler) {
    this.#engine = engine;
    this.#events = events;
    this.#scheduler = scheduler;
  }

  /** Whether notifications get through, as far as is known. */
  get isWorking(): boolean {
    // A notifier that knows its own state, like the one over Postgres, reports it.
    const { connected = true } = this.#engine as { readonly connected?: boolean };
    return this.#subscription !== null && !this.#isPublishFailing && connected;
  }

  /** Resolves when the first attempt to subscribe has succeeded, failed, or taken too long. It is then retried until `stop`. */
  start(): Promise<void> {
    return this.#subscribe(MIN_PAUSE_MS);
  }

  /** Tells the other instances of our last commit. Never throws; coalesces what can't be sent at once. */
  publish(position: number): void {
    this.#waiting = position;
    if (!this.#isPublishing) void this.#publishWaiting();
  }

  /** Stops listening and retrying. Does not wait for the notifier. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry();
    if (this.#subscription !== null) this.#unsubscribe(this.#subscription.id);
    this.#subscription = null;
  }

  async #subscribe(pauseMs: number): Promise<void> {
    try {
      if (this.#hangingSubscribes >= MAX_HANGING)
        throw new Error('The notifier has not answered earlier subscriptions.');
      const answer = this.#call(() => this.#engine.subscribe(NOTIFIER_TOPIC, this.#listener, {}));
      this.#hangingSubscribes++;
      // A late answer still counts.
      const subscribed = answer.then((id) => this.#subscribed(id)).finally(() => this.#hangingSubscribes--);
      await withDeadline(this.#scheduler, SUBSCRIBE_DEADLINE_MS, subscribed, 'The notifier did not subscribe');
    } catch (error) {
      if (this.#isStopped || this.#subscription !== null) return;
      this.#events.changed(false, error);
      this.#cancelRetry = this.#scheduler.after(pauseMs, () => {
        if (this.#subscription === null) void this.#subscribe(Math.min(2 * pauseMs, MAX_PAUSE_MS));
      });
    }
  }

  readonly #listener = (hint: unknown): void => {
    if (!this.#isStopped) this.#events.notified(hint);
  };

  #subscribed(id: number): void {
    if (this.#isStopped || this.#subscription !== null) {
      this.#unsubscribe(id);
      return;
    }
    this.#subscription = { id };
    this.#events.changed(this.isWorking);
    // Covers what was published before we listened.
    this.#events.notified(null);
  }

  async #publishWaiting(): Promise<void> {
    this.#isPublishing = true;
    while (this.#waiting !== null && !this.#isStopped) {
      const position = this.#waiting;
      this.#waiting = null;
      try {
        await this.#publishOne(position);
        if (this.#isPublishFailing) {
          this.#isPublishFailing = false;
          this.#events.changed(this.isWorking);
        }
      } catch (error) {
        this.#isPublishFailing = true;
        this.#events.changed(false, error);
      }
    }
    this.#isPublishing = false;
  }

  #publishOne(position: number): Promise<void> {
    if (this.#hangingPublishes >= MAX_HANGING) throw new Error('The notifier has not answered earlier publications.');
    const answer = this.#call(() => this.#engine.publish(NOTIFIER_TOPIC, position));
    this.#hangingPublishes++;
    const published = answer.finally(() => this.#hangingPublishes--);
    return withDeadline(this.#scheduler, PUBLISH_DEADLINE_MS, published, 'The notifier did not publish');
  }

  #unsubscribe(id: number): void {
    this.#call(() => this.#engine.unsubscribe(id)).catch(() => {});
  }

  /** Calls the owner's code: what it throws is a rejection, and what it returns may be a promise or not. */
  async #call<Value>(call: () => Value | Promise<Value>): Promise<Value> {
    return call();
  }
}
