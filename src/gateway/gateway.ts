/** A gateway: the parts that an application mounts, and its life from `start` to `stop`. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import type { Embedding } from '../embedding/embedding.ts';
import type { EmbeddedResolvers } from '../embedding/resolvers.ts';
import type { FetchHandler } from '../http/fetch-handler.ts';
import type { NodeHandler } from '../http/node-handler.ts';
import type { JournalFacts } from '../journal/journal.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { KycApi } from './api-contract.ts';
import type { KycSecrets } from './secrets.ts';

/**
 * The handlers for the Fetch API. Called itself, it routes by the end of the path: `/callbacks/kyc` is the callback endpoint,
 * `/graphql/stream` a stream, and everything else GraphQL. There are no WebSockets on the Fetch API: subscriptions come as streams.
 *
 * @example
 * ```ts
 * import { createKycGateway } from 'xgateway-kyc';
 *
 * const gateway = await createKycGateway({ secrets: { current: 'secret' }, access: { key: { secret: 'x'.repeat(32) } } });
 * await gateway.start();
 * const answer = await gateway.fetch(new Request('https://shop.example/graphql?query={__typename}'));
 * show(answer.status);
 * ```
 */
export interface KycFetch extends FetchHandler {
  /** The callback endpoint, whatever the path. */
  readonly callbacks: FetchHandler;
  /** GraphQL, whatever the path. */
  readonly graphql: FetchHandler;
}

/** A gateway's parts, to mount where the application likes, and its API for the application's own code. */
export interface KycGateway extends KycApi, Embedding {
  /** Mount at the path that is registered with XGateway. */
  readonly callbacks: NodeHandler;
  /** Mount at `/graphql`. */
  readonly graphql: NodeHandler;
  /** GraphQL over server-sent events. Mount at `/graphql/stream`, before `graphql`. */
  readonly stream: NodeHandler;
  /** The same for servers on the Fetch API: Hono, Next.js, SvelteKit, Bun, Deno. */
  readonly fetch: KycFetch;
  /**
   * Takes the WebSocket upgrades of `server` at `path`, default `/graphql`. Upgrades of other paths go to the server's other
   * `upgrade` listeners, and are answered 404 when there are none. Offers of other protocols (h2c) are served as ordinary requests.
   */
  attachWebSocket(server: Server, path?: string): void;
  /**
   * For a server that routes its upgrades itself: takes one if it opens a WebSocket at `path`, default `/graphql`. Returns false,
   * and leaves the socket alone, when it does not.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path?: string): boolean;
  /** The gateway's types as SDL, to merge into a schema of your own; `mergeSchema` does it. */
  readonly typeDefs: string;
  /** The resolvers for `typeDefs`. They want what `context` gives, under the key `kyc`. */
  readonly resolvers: EmbeddedResolvers;
  /** The gateway's types alone, executable. */
  readonly schema: GraphQLSchema;
  readonly metrics: Metrics;
  /** Where the journal is, its position when it was opened, and whether this opening made it. */
  readonly journalFacts: JournalFacts;
  /**
   * Resolves when a callback could be recorded now; rejects when not. Safe to expose: a commit within the last second counts as
   * proof, and at most one probe a second writes to the journal.
   */
  checkReady(): Promise<void>;
  /**
   * Replaces secrets while the gateway runs: all that are given or, when one can't be used, none. Throws a `TypeError` that names it.
   * Callbacks and tokens that only a removed secret has signed are refused from then on; connections that are open stay.
   *
   * @example
   * ```ts
   * gateway.rotateSecrets({ callbacks: { current: 'the new secret', previous: 'the old one' } });
   * ```
   */
  rotateSecrets(secrets: KycSecrets): void;
  /** Call it, and await it, before anything is served. When it rejects, call `stop()` to release the journal. */
  start(): Promise<void>;
  /**
   * Prepares the end: refuses new callbacks with 503, finishes the commit in progress, and closes the sockets and streams so that
   * clients reconnect elsewhere. Queries are still answered. Close your HTTP server after it, then call `stop()`.
   */
  drain(): Promise<void>;
  /**
   * Drains, waits for the queries in progress, and closes the journal. Safe at any time and more than once: before `start()`,
   * after it failed, while it runs, beside `drain()`. Queries after it are answered with 503. Never rejects: what fails to stop
   * is logged.
   */
  stop(): Promise<void>;
}
