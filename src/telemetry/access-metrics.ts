/** Metrics of authentication. */
import { Counter, type Registry } from 'prom-client';
import { REFUSAL_REASONS, type RefusalReason } from '../access/refusal-reason.ts';

/** Counts tokens that were refused. */
export type CountRefusedToken = (reason: RefusalReason) => void;

/** Makes the metric. */
export function accessMetrics(registers: Registry[]): CountRefusedToken {
  const failures = new Counter({
    name: 'xgateway_kyc_authentication_failures_total',
    help: 'Requests and sockets whose token was refused, by reason. unavailable: it could not be verified.',
    labelNames: ['reason'],
    registers,
  });
  // From the start, so that a first failure is an increase.
  for (const reason of REFUSAL_REASONS) failures.labels(reason).inc(0);
  return (reason) => failures.labels(reason).inc();
}
