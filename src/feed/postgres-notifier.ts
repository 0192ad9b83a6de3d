/**
 * The notifier over Postgres' LISTEN and NOTIFY, on a connection of its own.
 *
 * A notification is a hint that saves other instances the wait for their next poll; losing one loses no update. When the
 * connection breaks or stops answering, it is closed, another is opened after a pause that doubles up to `MAX_PAUSE_MS`, and
 * every listener gets null: "notifications may have been missed, read the journal".
 *
 *   connecting ──listens──▶ listening ──heartbeat unanswered, error──▶ pausing ──▶ connecting
 *
 * It needs a session: behind PgBouncer's transaction pooling notifications do not arrive, and instances rely on their poll.
 */
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { PubSubEngine } from 'graphql-subscriptions';
import { type Client, escapeIdentifier } from 'pg';
import { postgresClient } from '../journal/postgres/connection.ts';
import { ask } from '../journal/postgres/query.ts';
import { backOff } from '../schedule/back-off.ts';

/** How the notifier watches its connection, in milliseconds. */
export interface PostgresNotifierOptions {
  /** Between two heartbeats, default 5,000. */
  readonly heartbeatMs?: number;
  /** How long an answer may take, default 2,000. */
  readonly answerMs?: number;
  /** The URL with the current user and password, asked for each new connection. Default: the URL itself. */
  readonly currentUrl?: (() => string) | undefined;
}

const MIN_PAUSE_MS = 50;
const MAX_PAUSE_MS = 5_000;

type Listener = (notification: unknown) => void;

/** A `PubSubEngine` over one Postgres. Notifications that wait while one is sent are merged: only the last is sent. */
export class PostgresNotifier extends PubSubEngine {
  readonly #url: () => string;
  readonly #heartbeatMs: number;
  readonly #answerMs: number;
  readonly #listeners = new Map<number, { readonly topic: string; readonly listener: Listener }>();
  readonly #waiting = new Map<string, { notification: unknown; readonly sent: PromiseWithResolvers<void> }>();
  readonly #closing = new AbortController();
  readonly #tried = Promise.withResolvers<void>();
  #lastId = 0;
  #running: Promise<void> | null = null;
  /** Null unless it listens. */
  #client: Client | null = null;
  #sending = false;

  constructor(url: string, { heartbeatMs = 5_000, answerMs = 2_000, currentUrl }: PostgresNotifierOptions = {}) {
    super();
    this.#url = currentUrl ?? (() => url);
    this.#heartbeatMs = heartbeatMs;
    this.#answerMs = answerMs;
  }

  /** Whether the connection worked at the last heartbeat. */
  get connected(): boolean {
    return this.#client !== null;
  }

  /** Resolves when it listens, or when the first attempt to connect has failed; it then keeps trying. */
  override async subscribe(topic: string, listener: Listener): Promise<number> {
    const id = ++this.#lastId;
    this.#listeners.set(id, { topic, listener });
    this.#running ??= this.#run();
    await this.#tried.promise;
    if (this.#client !== null) await listen(this.#client, topic).catch(() => {});
    return id;
  }

  override unsubscribe(id: number): void {
    this.#listeners.delete(id);
  }

  /** Notifies every listener of a topic, in every process. Rejects when there is no connection. */
  override publish(topic: string, notification: unknown): Promise<void> {
    const waiting = this.#waiting.get(topic) ?? { notification, sent: Promise.withResolvers<void>() };
    waiting.notification = notification;
    this.#waiting.set(topic, waiting);
    if (!this.#sending) void this.#send();
    return waiting.sent.promise;
  }

  /** Stops listening and closes the connection. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      // Our own socket: one that is half open can only be destroyed.
      const socket = new Socket();
      const gone = new AbortController();
      const over = AbortSignal.any([signal, gone.signal]);
      over.addEventListener('abort', () => socket.destroy());
      try {
        await this.#listenOn(socket, () => gone.abort());
        failures = 0;
        for (;;) {
          await delay(this.#heartbeatMs, undefined, { signal: over });
          if (this.#client !== null) await ask(this.#client, HEARTBEAT);
        }
      } catch {
        // However it ended, a new connection replaces it.
      }
      this.#client = null;
      this.#tried.resolve();
      gone.abort();
      // Jitter, so that instances don't all return at once when the server comes back.
      await delay(backOff(failures++, MIN_PAUSE_MS, MAX_PAUSE_MS), undefined, { signal }).catch(() => {});
    }
  }

  async #listenOn(socket: Socket, onEnd: () => void): Promise<void> {
    const client = postgresClient(this.#url(), 'notifier', { stream: () => socket, pipeline: true }, this.#answerMs);
    client.on('end', onEnd).on('error', onEnd);
    client.on('notification', ({ channel, payload }) => this.#received(channel, payload));
    await client.connect();
    // A notification need not survive a crash: no sync to disk.
    await ask(client, { text: 'set synchronous_commit = off' });
    const topics = new Set([...this.#listeners.values()].map(({ topic }) => topic));
    await Promise.all([...topics].map((topic) => listen(client, topic)));
    this.#client = client;
    this.#tried.resolve();
    for (const { listener } of this.#listeners.values()) listener(null);
  }

  #received(channel: string, payload = ''): void {
    const notification = parse(payload);
    for (const { topic, listener } of this.#listeners.values()) if (topic === channel) listener(notification);
  }

  async #send(): Promise<void> {
    this.#sending = true;
    for (const [topic, { notification, sent }] of this.#waiting) {
      this.#waiting.delete(topic);
      try {
        if (this.#client === null) throw new Error('The notifier is not connected.');
        await ask(this.#client, NOTIFY, [topic, JSON.stringify(notification)]);
        sent.resolve();
      } catch (error) {
        sent.reject(error);
      }
    }
    this.#sending = false;
  }
}

const HEARTBEAT = { text: 'select 1' };
const NOTIFY = { name: 'kyc_notify', text: 'select pg_notify($1, $2)' };

async function listen(client: Client, topic: string): Promise<void> {
  await ask(client, { text: `listen ${escapeIdentifier(topic)}` });
}

/** The content of a notification. Text that is not JSON was sent by someone else, and means the same as null. */
function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}
