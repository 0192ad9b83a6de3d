/**
 * The notifier over Postgres' LISTEN and NOTIFY, on a connection of its own.
 *
 * A notification is a hint that spares others the wait for their next poll; nothing is lost when one is. So this is all that
 * happens when the connection breaks, or when it falls silent: it is given up, another is opened after a pause that doubles
 * up to `MAX_PAUSE_MS`, and whoever listens is told null: "something may have happened, look yourself".
 *
 *   connecting ──listens──▶ listening ──heartbeat unanswered, error──▶ pausing ──▶ connecting
 *
 * It needs a session: behind PgBouncer's transaction pooling notifications do not arrive, and the poll is all there is.
 */
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { PubSubEngine } from 'graphql-subscriptions';
import { type Client, escapeIdentifier } from 'pg';
import { postgresClient } from '../journal/postgres/connection.ts';
import { ask } from '../journal/postgres/query.ts';

/** How the notifier watches its connection, in milliseconds. */
export interface PostgresNotifierOptions {
  /** Between two heartbeats, default 5,000. */
  readonly heartbeatMs?: number;
  /** How long an answer may take, default 2,000. */
  readonly answerMs?: number;
}

const MIN_PAUSE_MS = 50;
const MAX_PAUSE_MS = 5_000;

type Listener = (ring: unknown) => void;

/** A `PubSubEngine` over one Postgres. Rings that wait for one under way become one: the last. */
export class PostgresNotifier extends PubSubEngine {
  readonly #url: string;
  readonly #heartbeatMs: number;
  readonly #answerMs: number;
  readonly #listeners = new Map<number, { readonly topic: string; readonly listener: Listener }>();
  readonly #waiting = new Map<string, { ring: unknown; readonly sent: PromiseWithResolvers<void> }>();
  readonly #closing = new AbortController();
  readonly #tried = Promise.withResolvers<void>();
  #lastId = 0;
  #running: Promise<void> | null = null;
  /** Set while it listens. */
  #client: Client | null = null;
  #sending = false;

  constructor(url: string, { heartbeatMs = 5_000, answerMs = 2_000 }: PostgresNotifierOptions = {}) {
    super();
    this.#url = url;
    this.#heartbeatMs = heartbeatMs;
    this.#answerMs = answerMs;
  }

  /** Whether rings get through now, as far as the last heartbeat tells. */
  get connected(): boolean {
    return this.#client !== null;
  }

  /** Resolves when the bell is heard, or when it could not be connected at once: it then goes on trying. */
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

  /** Rings. Rejects when the bell is not connected. */
  override publish(topic: string, ring: unknown): Promise<void> {
    const waiting = this.#waiting.get(topic) ?? { ring, sent: Promise.withResolvers<void>() };
    waiting.ring = ring;
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
    let pauseMs = MIN_PAUSE_MS;
    while (!signal.aborted) {
      // Our own socket: one that is half open can only be destroyed.
      const socket = new Socket();
      const gone = new AbortController();
      const over = AbortSignal.any([signal, gone.signal]);
      over.addEventListener('abort', () => socket.destroy());
      try {
        await this.#listenOn(socket, () => gone.abort());
        pauseMs = MIN_PAUSE_MS;
        for (;;) {
          await delay(this.#heartbeatMs, undefined, { signal: over });
          if (this.#client !== null) await ask(this.#client, HEARTBEAT);
        }
      } catch {
        // However it ended: the next connection makes it good.
      }
      this.#client = null;
      this.#tried.resolve();
      gone.abort();
      // Not all at once when the server comes back.
      await delay(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
      pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
    }
  }

  async #listenOn(socket: Socket, onEnd: () => void): Promise<void> {
    const client = postgresClient(this.#url, 'notifier', { stream: () => socket, pipeline: true }, this.#answerMs);
    client.on('end', onEnd).on('error', onEnd);
    client.on('notification', ({ channel, payload }) => this.#rung(channel, payload));
    await client.connect();
    // A ring is not worth a sync to disk.
    await ask(client, { text: 'set synchronous_commit = off' });
    const topics = new Set([...this.#listeners.values()].map(({ topic }) => topic));
    await Promise.all([...topics].map((topic) => listen(client, topic)));
    this.#client = client;
    this.#tried.resolve();
    for (const { listener } of this.#listeners.values()) listener(null);
  }

  #rung(channel: string, payload = ''): void {
    const ring = parse(payload);
    for (const { topic, listener } of this.#listeners.values()) if (topic === channel) listener(ring);
  }

  async #send(): Promise<void> {
    this.#sending = true;
    for (const [topic, { ring, sent }] of this.#waiting) {
      this.#waiting.delete(topic);
      try {
        if (this.#client === null) throw new Error('The notifier is not connected.');
        await ask(this.#client, RING, [topic, JSON.stringify(ring)]);
        sent.resolve();
      } catch (error) {
        sent.reject(error);
      }
    }
    this.#sending = false;
  }
}

const HEARTBEAT = { text: 'select 1' };
const RING = { name: 'kyc_ring', text: 'select pg_notify($1, $2)' };

async function listen(client: Client, topic: string): Promise<void> {
  await ask(client, { text: `listen ${escapeIdentifier(topic)}` });
}

/** What was rung; text that none of us wrote tells as much as null. */
function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}
