/** Metrics of callbacks, from arrival to answer, and of their content. */
import { Counter, Histogram, type Registry } from 'prom-client';
import { ANSWERS, type AnswerName } from '../callback/responses.ts';
import { TalliedCounter } from './tallied-counter.ts';

/** Makes the metrics. */
export function callbackMetrics(registers: Registry[]) {
  return {
    callbacks: new TalliedCounter(
      { name: 'xgateway_kyc_callbacks_total', help: 'Callbacks by outcome.', label: 'outcome', registers },
      Object.keys(ANSWERS) as AnswerName[],
    ),
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
    genuineCallbacks: new TalliedCounter(
      {
        name: 'xgateway_kyc_genuine_callbacks_total',
        help: 'Genuine callbacks by the secret that made their hash. Retire the previous secret when it no longer counts.',
        label: 'secret',
        registers,
      },
      ['current', 'previous'],
    ),
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
}
