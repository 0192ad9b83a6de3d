/** Metrics of callbacks, from arrival to answer, and of their content. */
import { Counter, Histogram, type Registry } from 'prom-client';
import { ANSWERS } from '../callback/responses.ts';

/** Makes the metrics. */
export function callbackMetrics(registers: Registry[]) {
  const metrics = {
    callbacks: new Counter<'outcome'>({
      name: 'xgateway_kyc_callbacks_total',
      help: 'Callbacks by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    callbackDuration: new Histogram({
      name: 'xgateway_kyc_callback_duration_seconds',
      help: 'How long genuine callbacks took, from their arrival to their answer.',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers,
    }),
    droppedDeadLetters: new Counter({
      name: 'xgateway_kyc_refused_callbacks_dropped_total',
      help: 'Refused callbacks that were counted and not kept as dead letters, because too many arrived at once.',
      registers,
    }),
    genuineCallbacks: new Counter<'secret'>({
      name: 'xgateway_kyc_genuine_callbacks_total',
      help: 'Genuine callbacks by the secret that made their hash. Retire the previous secret when it no longer counts.',
      labelNames: ['secret'],
      registers,
    }),
    possiblyLate: new Counter({
      name: 'xgateway_kyc_possibly_late_updates_total',
      help: 'Updates that were probably delivered late (KycUpdate.possiblyLate).',
      registers,
    }),
    unrecognizedStatuses: new Counter({
      name: 'xgateway_kyc_unrecognized_statuses_total',
      help: 'Updates with a status that this release does not know (UNRECOGNIZED). The log names it.',
      registers,
    }),
    unknownFields: new Counter({
      name: 'xgateway_kyc_unknown_fields_total',
      help: 'Updates with fields that this release does not know; they are stored. The log names them.',
      registers,
    }),
  };
  // From the start, so that a first one is an increase.
  for (const outcome of Object.keys(ANSWERS)) metrics.callbacks.labels(outcome).inc(0);
  for (const secret of ['current', 'previous']) metrics.genuineCallbacks.labels(secret).inc(0);
  return metrics;
}
