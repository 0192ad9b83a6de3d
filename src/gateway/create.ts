/** The composition root: opens the parts of a gateway, connects them, and releases them in reverse order. */
import { logHeadDaily } from '../audit/head-log.ts';
import { AuditRecorder } from '../audit/recorder.ts';
import { keepAuditLogFor } from '../audit/retention.ts';
import { withDeadLetterQueue } from '../callback/dead-letter-queue.ts';
import { createConsumerActions } from '../consumers/actions.ts';
import { Priority } from '../consumers/priority.ts';
import { ConsumerRegistry } from '../consumers/registry.ts';
import { embeddedSchema } from '../embedding/merged-schema.ts';
import { embeddedResolversOf } from '../embedding/resolvers.ts';
import { Feed } from '../feed/feed.ts';
import { openNotifier } from '../feed/notifier.ts';
import { nodeScheduler, type Scheduler } from '../feed/scheduler.ts';
import { placeOf } from '../graphql/connection.ts';
import { loadFederation } from '../graphql/federation.ts';
import { typeDefsOf } from '../graphql/schema.ts';
import { checkSingleGraphql } from '../graphql/single-graphql.ts';
import { lastCommitAt, nextTurn } from '../http/turn.ts';
import type { Journal } from '../journal/journal.ts';
import { openJournal } from '../journal/open.ts';
import { createFeedObserver } from '../telemetry/feed-observer.ts';
import { findTracing } from '../telemetry/tracing.ts';
import { createApi } from './api.ts';
import type { KycApi } from './api-contract.ts';
import { kycFetch } from './fetch.ts';
import type { KycGateway } from './gateway.ts';
import { takeOver } from './hot-reload.ts';
import { Lifecycle } from './lifecycle.ts';
import { type KycGatewayOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { Readiness } from './readiness.ts';
import { createDeadLetterQueue, createReceiving, type Receiving } from './receiving.ts';
import { createRecording } from './recording.ts';
import { type Release, releaser } from './release.ts';
import { createServing, type Serving } from './serving.ts';
import { UpdateStreams } from './update-streams.ts';

export type { KycFetch, KycGateway } from './gateway.ts';
export type { KycGatewayOptions } from './options.ts';
export type { KycSecrets } from './secrets.ts';

/**
 * Opens the journal and makes a gateway. Rejects, with everything released again, when an option is wrong, when the journal can't
 * be opened, or when another process serves it.
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { createKycGateway } from 'xgateway-kyc';
 *
 * const gateway = await createKycGateway({
 *   secrets: { current: process.env['XGATEWAY_SECRET_KEY'] ?? '' },
 *   access: { key: { jwksUrl: 'https://login.shop.example/.well-known/jwks.json' } },
 * });
 * await gateway.start();
 * const app = express();
 * app.use('/callbacks/kyc', gateway.callbacks);
 * app.use('/graphql/stream', gateway.stream);
 * app.use('/graphql', gateway.graphql);
 * const server = app.listen(4000);
 * gateway.attachWebSocket(server);
 * ```
 */
export async function createKycGateway(given: KycGatewayOptions): Promise<KycGateway> {
  checkSingleGraphql();
  const options = resolveOptions(given);
  const { log, metrics } = options;
  const release = releaser(log);
  await using stack = new AsyncDisposableStack();

  // Released last: a gateway that takes over waits until the journal is closed.
  const claim = stack.use(await takeOver(options.databaseUrl, log));
  const { journal, deadLetters, feed } = await openFeed(options, stack, release);
  options.customerNames.takeKeyFrom(journal);
  const tracing = findTracing(log);
  const readiness = new Readiness(() => journal.checkWritable());
  const { registry, consumers } = createConsumers({ journal, feed, log, metrics });
  const recording = createRecording({ consumers, options, journal, feed, tracing, readiness });
  const { queue, confirmer, actions } = recording;
  const receiving = createReceiving({ options, queue, deadLetters, confirmer, tracing });
  const recorder = new AuditRecorder(journal.auditLog, log);
  const serving = createServing({
    audit: (operation) => recorder.begin(operation),
    federation: options.federation === undefined ? null : await loadFederation(),
    options,
    journal,
    feed,
    actions,
    lifecycle: { checkNotStopped: () => lifecycle.checkNotStopped(), run: (work) => lifecycle.run(work) },
  });
  stack.defer(() => release('audit log', () => recorder.close()));
  stack.defer(() => release('Apollo Server', () => serving.stop()));
  metrics.watch({
    journal,
    feedPosition: () => feed.position,
    isNotifierWorking: () => feed.isNotifierWorking,
    isApiPaused: () => confirmer?.isPaused ?? null,
  });

  const resources = stack.move();
  const lifecycle: Lifecycle = new Lifecycle({
    async start() {
      await feed.start();
      await confirmer?.start();
      resources.use(logHeadDaily(journal, log));
      resources.use(keepAuditLogFor(options.auditLogDays, journal.auditLog, log));
      await serving.start();
    },
    async drain() {
      await Promise.all([
        release('commit queue', () => queue.close()),
        release('dead letters', () => receiving.settled()),
        release('confirmation', () => confirmer?.stop()),
        release('sockets', () => serving.sockets.stop()),
        release('streams', () => serving.streams.stop()),
        release("Apollo Router's subscriptions", () => serving.routerCallbacks?.stop()),
        release('streams of embedding servers', () => serving.stopEmbedded()),
        release('streams of the application', () => streams.stop()),
        release('consumers', () => registry.stop()),
      ]);
    },
    release: () => resources.disposeAsync(),
  });
  claim?.made(() => lifecycle.stop());
  const streams = new UpdateStreams({ journal, feed, lifecycle });
  const api = createApi({ journal, actions, registry, streams, lifecycle });
  return assemble({ receiving, serving, api, lifecycle, readiness, journal, options });
}

interface Parts {
  readonly receiving: Receiving;
  readonly serving: Serving;
  readonly api: KycApi;
  readonly lifecycle: Lifecycle;
  readonly readiness: Readiness;
  readonly journal: Journal;
  readonly options: ResolvedOptions;
}

function assemble({ receiving, serving, api, lifecycle, readiness, journal, options }: Parts): KycGateway {
  const { metrics, relayNode, secrets } = options;
  const handlers = {
    callbacks: receiving.handler,
    graphql: lifecycle.query(serving.graphql),
    stream: serving.streams.handler,
  };
  return {
    ...api,
    ...handlers,
    fetch: kycFetch(handlers),
    attachWebSocket: (server, path = '/graphql') => serving.sockets.attach(server, path),
    handleUpgrade: (request, socket, head, path = '/graphql') =>
      serving.sockets.handleUpgrade(request, socket, head, path),
    typeDefs: typeDefsOf(relayNode),
    resolvers: embeddedResolversOf(relayNode),
    get schema() {
      return embeddedSchema(relayNode);
    },
    metrics,
    journalFacts: journal.facts,
    ...serving.embedding,
    async checkReady() {
      lifecycle.checkRunning();
      await readiness.check();
    },
    rotateSecrets: (given) => secrets.rotate(given),
    start: () => lifecycle.start(),
    drain: () => lifecycle.drain(),
    stop: () => lifecycle.stop(),
  };
}

/** The application's named consumers; idle until there are any. */
function createConsumers({
  journal,
  feed,
  log,
  metrics,
}: Pick<ResolvedOptions, 'log' | 'metrics'> & Pick<Opened, 'journal' | 'feed'>) {
  const place = (cursor: string) => placeOf(journal, cursor);
  const { observe, watch } = metrics.consumers;
  const priority = new Priority({ nextTurn, lastCommitAt });
  const turn = (ageMs: number) => priority.turn(ageMs);
  const registry = new ConsumerRegistry({ journal, feed, placeOf: place, turn, observe, log });
  watch({ journal, isRunning: (name) => registry.isRunning(name) });
  const consumers = createConsumerActions({ journal, placeOf: place, look: (name) => registry.look(name), log });
  return { registry, consumers };
}

type Opened = Awaited<ReturnType<typeof openFeed>>;

/** Opens the journal and its feed; `stack` releases them. */
async function openFeed(
  { databaseUrl, secrets, notifier, log, metrics }: ResolvedOptions,
  stack: AsyncDisposableStack,
  release: Release,
) {
  const store = await openJournal(databaseUrl, { log, currentUrl: secrets.databaseUrl });
  stack.defer(() => release('journal', () => store.close()));
  const deadLetters = createDeadLetterQueue(store, { log, metrics });
  const journal = withDeadLetterQueue(store, deadLetters);
  let engine = notifier;
  if (engine === undefined) {
    const own = await openNotifier(databaseUrl, secrets.databaseUrl);
    stack.defer(() => release('notifier', () => own.close()));
    engine = own.engine;
  }
  const feed = new Feed(journal, engine, { observer: createFeedObserver(log, metrics), scheduler: sharedScheduler });
  stack.defer(() => release('feed', () => feed.stop()));
  return { journal, deadLetters, feed };
}

/** Node's clock; subscriptions that read through the journal share the event loop with queries, and leave it to callbacks. */
const sharedScheduler: Scheduler = {
  ...nodeScheduler,
  async yieldToEventLoop() {
    await nodeScheduler.yieldToEventLoop();
    await nextTurn();
  },
};
