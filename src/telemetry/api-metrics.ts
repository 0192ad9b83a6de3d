/** Metrics of the lookups at XGateway's API. */
import { Counter, Histogram, type Registry } from 'prom-client';
import { LOOKUP_RESULTS, type LookupObserver } from '../confirmation/lookup-result.ts';
import { API_FAILURES } from '../xgateway/kyc-api.ts';

/** Makes the metrics; the observer counts lookups in them. */
export function apiMetrics(registers: Registry[]): LookupObserver {
  const answers = new Counter({
    name: 'xgateway_kyc_api_answers_total',
    help: "Answers of XGateway's API by what they changed. corrected: it contradicts what was received. denied: it denies a FULL_USER.",
    labelNames: ['result'],
    registers,
  });
  const failures = new Counter({
    name: 'xgateway_kyc_api_failures_total',
    help: "Lookups at XGateway's API that failed, by failure.",
    labelNames: ['failure'],
    registers,
  });
  const duration = new Histogram({
    name: 'xgateway_kyc_api_duration_seconds',
    help: "How long XGateway's API took to answer.",
    buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers,
  });
  // From the start, so that a first failure is an increase.
  for (const result of LOOKUP_RESULTS) answers.labels(result).inc(0);
  for (const failure of API_FAILURES) failures.labels(failure.toLowerCase()).inc(0);

  return {
    lookedUp: (tookMs) => duration.observe(tookMs / 1_000),
    answered: (result) => answers.labels(result).inc(),
    failed: (failure) => failures.labels(failure.toLowerCase()).inc(),
  };
}
