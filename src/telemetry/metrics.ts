/** What is measured, for Prometheus. Labels come from closed sets only, so that their number is bounded. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { accessMetrics } from './access-metrics.ts';
import { apiMetrics } from './api-metrics.ts';
import { callbackMetrics } from './callback-metrics.ts';
import { consumerMetrics } from './consumer-metrics.ts';
import { graphqlMetrics } from './graphql-metrics.ts';
import { journalMetrics } from './journal-metrics.ts';

/** How a subscriber is connected. */
export type TransportName = 'websocket' | 'sse' | 'multipart' | 'callback' | 'embedded';

/** Everything that the gateway measures. */
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Makes the metrics. They are registered in `registry`: the application's own, or a new one.
 *
 * @example
 * ```ts
 * import { Registry } from 'prom-client';
 * import { createKycGateway, createMetrics } from 'xgateway-kyc';
 *
 * const registry = new Registry();
 * const gateway = await createKycGateway({
 *   secrets: { current: 'secret' },
 *   access: { key: { secret: 'x'.repeat(32) } },
 *   metrics: createMetrics(registry),
 * });
 * show(await registry.metrics(), gateway.schema);
 * ```
 */
export function createMetrics(registry: Registry = new Registry()) {
  const registers = [registry];
  return {
    registry,
    ...journalMetrics(registers),
    /** Shows and counts what named consumers do. */
    consumers: consumerMetrics(registers),
    /** Counts the lookups at XGateway's API. */
    lookups: apiMetrics(registers),
    ...callbackMetrics(registers),
    /** Counts GraphQL operations. */
    operation: graphqlMetrics(registers),
    /** Counts tokens that were refused. */
    refusedToken: accessMetrics(registers),
    commitSize: new Histogram({
      name: 'xgateway_kyc_commit_reports',
      help: 'Reports in one commit of the journal.',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
      registers,
    }),
    commitDuration: new Histogram({
      name: 'xgateway_kyc_commit_duration_seconds',
      help: 'How long one commit of the journal took.',
      buckets: [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers,
    }),
    journalReplaced: new Counter({
      name: 'xgateway_kyc_replaced_journals_total',
      help: 'How often the journal no longer held what was read before: a failover that lost commits, or a restored backup.',
      registers,
    }),
    ...transportMetrics(registers),
  };
}

function transportMetrics(registers: Registry[]) {
  return {
    connections: new Gauge<'transport'>({
      name: 'xgateway_kyc_connections',
      help: 'Sockets and streams that are open.',
      labelNames: ['transport'],
      registers,
    }),
    subscriptions: new Gauge<'transport'>({
      name: 'xgateway_kyc_subscriptions',
      help: 'Subscriptions that are open.',
      labelNames: ['transport'],
      registers,
    }),
    pushes: new Counter<'transport'>({
      name: 'xgateway_kyc_pushes_total',
      help: 'Updates that were sent to subscribers.',
      labelNames: ['transport'],
      registers,
    }),
    stalled: new Counter<'transport'>({
      name: 'xgateway_kyc_stalled_clients_total',
      help: 'Clients that were disconnected because they stopped reading.',
      labelNames: ['transport'],
      registers,
    }),
  };
}

/** Adds Node's own metrics: memory, CPU time, event-loop delay. */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  // Gauges with a counter's name, which Prometheus' linter refuses. The same numbers are there by type.
  for (const name of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${name}_total`);
}
