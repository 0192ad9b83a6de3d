/** What is measured of the journal, its dead letters and its questions: looked up when somebody asks, at most once for each asking. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { LOOKUP_RESULTS, type LookupObserver } from '../confirmation/lookup.ts';
import { DEAD_LETTER_CATEGORIES } from '../journal/dead-letters.ts';
import { digestNumber } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { API_FAILURES } from '../xgateway/kyc-api.ts';

/** What a gateway shows of itself. */
export interface JournalView {
  readonly journal: Journal;
  /** The position of the last entry that subscribers were told of. */
  readonly feedPosition: () => number;
  /** Whether XGateway's API is left alone for a while; null: it is never asked. */
  readonly isApiPaused: () => boolean | null;
  /** Whether notifications of other instances get through. Default: not measured. */
  readonly isNotifierWorking?: () => boolean;
}

/** Makes the metrics. They show what was last given to `watch`. */
export function journalMetrics(registers: Registry[]) {
  let view: JournalView | null = null;
  let looking: ReturnType<typeof look> | null = null;
  const seen = () =>
    (looking ??= look(view).finally(() => {
      looking = null;
    }));
  const gauge = (
    name: string,
    help: string,
    show: (gauge: Gauge, looked: NonNullable<Awaited<ReturnType<typeof look>>>) => void,
    labelNames: string[] = [],
  ) =>
    new Gauge({
      name: `xgateway_kyc_${name}`,
      help,
      labelNames,
      registers,
      async collect() {
        const looked = await seen();
        if (looked !== null) return show(this, looked);
        // The journal can't be read: no value is better than an old one, or than the 0 that a reset would leave.
        if (labelNames.length === 0) this.remove();
        else this.reset();
      },
    });

  gauge('journal_position', 'The position of the last entry of the journal.', (one, { head }) =>
    one.set(head.position),
  );
  gauge(
    'journal_head_digest',
    'The first six bytes of the digest of the last entry, as a number: keep it, and compare it with xgateway-kyc verify.',
    (one, { head }) => one.set(digestNumber(head.digest)),
  );
  gauge('feed_lag_entries', 'Entries of the journal that subscribers here were not told of yet.', (one, { lag }) =>
    one.set(lag),
  );
  gauge(
    'dead_letters',
    'Callbacks that were not recorded, by category.',
    (one, { deadLetters }) => {
      for (const category of DEAD_LETTER_CATEGORIES)
        one.set({ category: category.toLowerCase() }, deadLetters[category]);
    },
    ['category'],
  );
  gauge('confirmation_backlog', "Customers about whom XGateway's API is still to be asked.", (one, { backlog }) =>
    one.set(backlog.count),
  );
  gauge(
    'confirmation_backlog_age_seconds',
    'For how long the first of them is due; 0 when none is.',
    (one, { backlog }) =>
      one.set(backlog.oldestDueAt === null ? 0 : Math.max(0, Date.now() - backlog.oldestDueAt) / 1_000),
  );
  gauge('confirmation_paused', "1 while XGateway's API fails and is left alone for a while.", (one, { isApiPaused }) =>
    one.set(isApiPaused === true ? 1 : 0),
  );

  new Gauge({
    name: 'xgateway_kyc_notifier_connected',
    help: '1 while the notifier works. At 0 updates of other instances are found by polling, up to a second late.',
    registers,
    collect() {
      const isWorking = view?.isNotifierWorking?.();
      if (isWorking === undefined) this.remove();
      else this.set(isWorking ? 1 : 0);
    },
  });

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
    /** Counts the questions to XGateway's API. */
    lookups: {
      asked: (tookMs) => duration.observe(tookMs / 1_000),
      answered: (result) => answers.labels(result).inc(),
      failed: (failure) => failures.labels(failure.toLowerCase()).inc(),
    } satisfies LookupObserver,
    /** Shows this gateway's journal from now on. */
    watch: (shown: JournalView) => {
      view = shown;
    },
  };
}

async function look(view: JournalView | null) {
  if (view === null) return null;
  const { journal, feedPosition, isApiPaused } = view;
  try {
    const told = feedPosition();
    const [head, deadLetters, backlog] = await Promise.all([
      journal.head(),
      journal.deadLetters.counts(),
      journal.confirmationTasks.backlog(),
    ]);
    return { head, deadLetters, backlog, lag: Math.max(0, head.position - told), isApiPaused: isApiPaused() };
  } catch {
    return null;
  }
}
