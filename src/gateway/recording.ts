/** The writing half of a gateway: from a report to its commit, and what follows from a commit. */
import { createActions, type KycActions } from '../admin/actions.ts';
import { createReplay } from '../admin/replay.ts';
import { Confirmer } from '../confirmation/confirmer.ts';
import type { ConsumerActions } from '../consumers/actions.ts';
import type { Feed } from '../feed/feed.ts';
import { beforeGraphql } from '../http/turn.ts';
import { CommitQueue } from '../journal/commit-queue.ts';
import type { Journal } from '../journal/journal.ts';
import { parseDatabaseUrl } from '../journal/open.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { type Commit, type CommitListener, notifyInOrder } from './on-commit.ts';
import type { ResolvedOptions } from './options.ts';
import type { Readiness } from './readiness.ts';
import { unknownValuesListener } from './unknown-values.ts';

/** What the writing half needs. */
export interface RecordingOptions {
  readonly consumers: ConsumerActions;
  readonly options: ResolvedOptions;
  readonly journal: Journal;
  readonly feed: Feed;
  /** Null: the application does not trace. */
  readonly tracing: Tracing | null;
  readonly readiness: Readiness;
}

/** The writing half. The caller closes `queue` and stops `confirmer`. */
export interface Recording {
  readonly queue: CommitQueue;
  /** Null without XGateway's API. */
  readonly confirmer: Confirmer | null;
  readonly actions: KycActions;
}

/** Makes the writing half. Throws when XGateway's API is not usable as given. */
export function createRecording({
  consumers,
  options,
  journal,
  feed,
  tracing,
  readiness,
}: RecordingOptions): Recording {
  const { log, metrics, secrets, requireConfirmation, confirmRequiresTwo } = options;
  // Postgres commits in its own process.
  const onBlockingCommit =
    parseDatabaseUrl(options.databaseUrl).kind === 'sqlite' ? options.onBlockingCommit : undefined;
  const queue = new CommitQueue(journal, {
    atEndOfTurn: beforeGraphql,
    onCommit: notifyInOrder(
      [
        { name: 'feed', committed: ({ updates }) => feed.committed(updates) },
        ...(tracing === null ? [] : [tracingListener(tracing)]),
        { name: 'confirmation', committed: ({ updates }) => confirmer?.committed(updates) },
        { name: 'readiness', committed: () => readiness.committed() },
        metricsListener(metrics),
        unknownValuesListener(metrics, log),
        ...(onBlockingCommit === undefined
          ? []
          : [{ name: 'blocking', committed: ({ tookMs }: Commit) => onBlockingCommit(tookMs) }]),
      ],
      log,
    ),
    onUnavailable(error) {
      readiness.failed();
      log.error({ err: error }, 'The journal is unavailable: callbacks get 503, and are retried');
    },
  });
  const confirmer =
    options.xgatewayApi === undefined
      ? null
      : new Confirmer({
          journal,
          queue,
          api: options.xgatewayApi,
          schedule: options.confirmationSchedule,
          requireConfirmation,
          log,
          observe: metrics.lookups,
        });
  secrets.onApiKey = () => confirmer?.keyChanged();
  const replay = createReplay({
    queue,
    deadLetters: journal.deadLetters,
    secrets: secrets.callbacks,
    requireConfirmation,
    onSuperseded: (customerId) => confirmer?.lookUpSoon(customerId),
  });
  const actions = createActions({
    consumers,
    journal,
    queue,
    feed,
    replay,
    confirmer,
    requireConfirmation,
    confirmRequiresTwo,
    log,
  });
  return { queue, confirmer, actions };
}

function metricsListener({ commitSize, commitDuration, possiblyLate }: Metrics): CommitListener {
  return {
    name: 'metrics',
    committed({ outcomes, updates, tookMs }) {
      for (const update of updates) if (update.possiblyLate === true) possiblyLate.inc();
      commitSize.observe(outcomes.length);
      commitDuration.observe(tookMs / 1_000);
    },
  };
}

/** Runs right after the feed: the moment at which it is called is when subscribers were notified. */
function tracingListener(tracing: Tracing): CommitListener {
  return {
    name: 'tracing',
    committed({ batch, outcomes, tookMs, durableAt }) {
      const times = { startedAt: durableAt - tookMs, durableAt, pushedAt: performance.now() };
      tracing.committed(batch, outcomes, times);
    },
  };
}
