/** Metrics of named consumers. Their number is bounded, and so are the labels. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { type ConsumerStatus, statusOf } from '../consumers/actions.ts';
import type { ConsumerObserver } from '../consumers/outcome.ts';
import type { Journal } from '../journal/journal.ts';

/** What the gauges read. */
export interface ConsumersView {
  readonly journal: Journal;
  /** Whether this process runs the consumer; null: it has no handler for it. */
  readonly isRunning: (name: string) => boolean | null;
}

/** One gauge, labelled by consumer; null: no value. */
interface GaugeDefinition {
  readonly name: string;
  readonly help: string;
  readonly value: (consumer: ConsumerStatus, view: ConsumersView) => number | null;
}

const GAUGES: readonly GaugeDefinition[] = [
  {
    name: 'consumer_lag_entries',
    help: 'Entries of the journal that a named consumer has not passed.',
    value: ({ lagEntries }) => lagEntries,
  },
  {
    name: 'consumer_lag_seconds',
    help: 'Age of the first update that a named consumer has not passed, in seconds; 0 when there is none.',
    value: ({ lagSeconds }) => lagSeconds,
  },
  {
    name: 'consumer_connected',
    help: '1 while this instance runs the consumer, 0 while it stands by. Absent without a handler. The sum over instances should be 1.',
    value: ({ name }, { isRunning }) => {
      const running = isRunning(name);
      return running === null ? null : Number(running);
    },
  },
  {
    name: 'consumer_stopped',
    help: '1 while an error has stopped the consumer, else 0.',
    value: ({ state }) => Number(state === 'STOPPED'),
  },
  {
    name: 'consumer_retries',
    help: 'Updates that a named consumer retries, or that wait behind one of the same customer.',
    value: ({ retries }) => retries,
  },
  {
    name: 'consumer_dead_letters',
    help: 'Updates that a named consumer gave up on.',
    value: ({ deadLetters }) => deadLetters,
  },
];

/** Makes the metrics. The gauges show what was last given to `watch`. */
export function consumerMetrics(registers: Registry[]) {
  let view: ConsumersView | null = null;
  let reading: Promise<readonly ConsumerStatus[]> | null = null;
  // All gauges of one scrape share one look.
  const read = () => {
    reading ??= statuses(view).finally(() => {
      reading = null;
    });
    return reading;
  };
  for (const { name, help, value } of GAUGES) {
    new Gauge({
      name: `xgateway_kyc_${name}`,
      help,
      labelNames: ['consumer'],
      registers,
      async collect() {
        const consumers = await read();
        this.reset();
        if (view === null) return;
        for (const consumer of consumers) {
          const number = value(consumer, view);
          if (number !== null) this.set({ consumer: consumer.name }, number);
        }
      },
    });
  }
  return {
    observe: observer(registers),
    /** Shows these consumers from now on. */
    watch: (shown: ConsumersView) => {
      view = shown;
    },
  };
}

function observer(registers: Registry[]): ConsumerObserver {
  const attempts = new Counter({
    name: 'xgateway_kyc_consumer_attempts_total',
    help: 'Calls of the handlers of named consumers, by result: handled, failed, or given_up (the last attempt failed).',
    labelNames: ['consumer', 'result'],
    registers,
  });
  const stops = new Counter({
    name: 'xgateway_kyc_consumer_stops_total',
    help: 'How often an error stopped a named consumer, by reason.',
    labelNames: ['consumer', 'reason'],
    registers,
  });
  return {
    handled: (consumer) => attempts.inc({ consumer, result: 'handled' }),
    failed: (consumer, isGivenUp) => attempts.inc({ consumer, result: isGivenUp ? 'given_up' : 'failed' }),
    stopped: (consumer, code) => stops.inc({ consumer, reason: code.toLowerCase() }),
  };
}

async function statuses(view: ConsumersView | null): Promise<readonly ConsumerStatus[]> {
  if (view === null) return [];
  try {
    const records = await view.journal.consumers.list();
    return await Promise.all(records.map((record) => statusOf(view.journal, record)));
  } catch {
    // The journal can't be read: no value is better than an old one.
    return [];
  }
}
