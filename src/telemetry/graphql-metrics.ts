/** Metrics of GraphQL operations, over every transport. */
import { Counter, Histogram, type Registry } from 'prom-client';
import { ERROR_CODES } from '../errors.ts';
import { type ObserveOperation, OPERATION_TYPES } from '../graphql/observe.ts';

const CODES: ReadonlySet<string> = new Set(ERROR_CODES);
/** A code that an owner's resolver made up, say: the number of labels stays bounded. */
const OTHER = 'OTHER';

/** Makes the metrics; the function counts one operation in them. */
export function graphqlMetrics(registers: Registry[]): ObserveOperation {
  const operations = new Counter({
    name: 'xgateway_kyc_graphql_operations_total',
    help: 'GraphQL operations by type. unknown: refused before it was parsed.',
    labelNames: ['type'],
    registers,
  });
  const errors = new Counter({
    name: 'xgateway_kyc_graphql_errors_total',
    help: 'Errors in the answers to GraphQL operations, by code.',
    labelNames: ['code'],
    registers,
  });
  const duration = new Histogram({
    name: 'xgateway_kyc_graphql_duration_seconds',
    help: 'How long GraphQL operations took until they were answered, or their stream was open.',
    labelNames: ['type'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers,
  });
  // Looking a label up costs as much as counting it.
  const byType = Object.fromEntries(
    OPERATION_TYPES.map((type) => [type, { count: operations.labels(type), took: duration.labels(type) }]),
  );
  for (const { count } of Object.values(byType)) count.inc(0);
  for (const code of [...ERROR_CODES, OTHER]) errors.labels(code).inc(0);

  return (type, tookMs, codes) => {
    const { count, took } = byType[type] as (typeof byType)[string];
    count.inc();
    took.observe(tookMs / 1_000);
    for (const code of codes) errors.labels(CODES.has(code) ? code : OTHER).inc();
  };
}
