/** Metrics of the journal, its dead letters and its confirmation tasks: read once per scrape. */
import { Gauge, type Registry } from 'prom-client';
import { KYC_STATUSES, statusOf } from '../domain/kyc.ts';
import { DEAD_LETTER_CATEGORIES } from '../journal/dead-letters.ts';
import { digestNumber } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';

/** What the metrics read. */
export interface JournalView {
  readonly journal: Journal;
  /** The position of the last entry that subscribers were notified of. */
  readonly feedPosition: () => number;
  /** Whether lookups at XGateway's API are paused because it fails; null: there are none. */
  readonly isApiPaused: () => boolean | null;
  /** Whether notifications of other instances get through. Default: not measured. */
  readonly isNotifierWorking?: () => boolean;
}

type Snapshot = NonNullable<Awaited<ReturnType<typeof snapshotOf>>>;

/** How one gauge is set from a snapshot. */
interface GaugeDefinition {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  readonly show: (gauge: Gauge, snapshot: Snapshot) => void;
}

const GAUGES: readonly GaugeDefinition[] = [
  {
    name: 'journal_position',
    help: 'The position of the last entry of the journal.',
    show: (gauge, { head }) => gauge.set(head.position),
  },
  {
    name: 'journal_head_digest',
    help: 'The first six bytes of the digest of the last entry, as a number: keep it, and compare it with xgateway-kyc verify.',
    show: (gauge, { head }) => gauge.set(digestNumber(head.digest)),
  },
  {
    name: 'journal_wal_bytes',
    help: 'Size of the write-ahead log of an SQLite journal: large while a reader stays open. Absent for Postgres.',
    show: (gauge, { walBytes }) => (walBytes === null ? gauge.remove() : gauge.set(walBytes)),
  },
  {
    name: 'journal_foreign_writes',
    help: 'Commits of other programs in the SQLite file since the start: somebody changed the journal. Absent for Postgres.',
    show: (gauge, { foreignWrites }) => (foreignWrites === null ? gauge.remove() : gauge.set(foreignWrites)),
  },
  {
    name: 'feed_lag_entries',
    help: 'Entries of the journal that subscribers of this process have not been notified of.',
    show: (gauge, { lag }) => gauge.set(lag),
  },
  {
    name: 'dead_letters',
    help: 'Callbacks that were not recorded, by category.',
    labelNames: ['category'],
    show(gauge, { deadLetters }) {
      for (const category of DEAD_LETTER_CATEGORIES) {
        gauge.set({ category: category.toLowerCase() }, deadLetters[category]);
      }
    },
  },
  {
    name: 'customers',
    help: 'Customers by status.',
    labelNames: ['status'],
    show(gauge, { statuses }) {
      const counts = new Map<string, number>(KYC_STATUSES.map((status) => [status, 0]));
      for (const [raw, count] of statuses) counts.set(statusOf(raw), (counts.get(statusOf(raw)) ?? 0) + count);
      for (const [status, count] of counts) gauge.set({ status }, count);
    },
  },
  {
    name: 'confirmation_backlog',
    help: "Customers waiting for a lookup at XGateway's API.",
    show: (gauge, { backlog }) => gauge.set(backlog.count),
  },
  {
    name: 'confirmation_backlog_age_seconds',
    help: 'Age of the oldest overdue confirmation, in seconds; 0 when none is overdue.',
    // Due times are stored as times of day, shared by all instances.
    show: (gauge, { backlog: { oldestDueAt } }) =>
      gauge.set(oldestDueAt === null ? 0 : Math.max(0, Date.now() - oldestDueAt) / 1_000),
  },
  {
    name: 'confirmation_paused',
    help: "1 while lookups are paused because XGateway's API fails.",
    show: (gauge, { isApiPaused }) => gauge.set(isApiPaused === true ? 1 : 0),
  },
];

/** Makes the metrics. They show what was last given to `watch`. */
export function journalMetrics(registers: Registry[]) {
  let view: JournalView | null = null;
  let reading: ReturnType<typeof snapshotOf> | null = null;
  // All gauges of one scrape share one look at the journal.
  const snapshot = () => {
    reading ??= snapshotOf(view).finally(() => {
      reading = null;
    });
    return reading;
  };
  for (const { name, help, labelNames = [], show } of GAUGES) {
    new Gauge({
      name: `xgateway_kyc_${name}`,
      help,
      labelNames: [...labelNames],
      registers,
      async collect() {
        const current = await snapshot();
        if (current !== null) show(this, current);
        // The journal can't be read: no value is better than an old one, or than the 0 that a reset would leave.
        else if (labelNames.length === 0) this.remove();
        else this.reset();
      },
    });
  }
  notifierGauge(registers, () => view?.isNotifierWorking?.());
  return {
    /** Shows this gateway's journal from now on. */
    watch: (shown: JournalView) => {
      view = shown;
    },
  };
}

function notifierGauge(registers: Registry[], isWorking: () => boolean | undefined): void {
  new Gauge({
    name: 'xgateway_kyc_notifier_connected',
    help: '1 while the notifier works. At 0 updates of other instances are found by polling, up to a second late.',
    registers,
    collect() {
      const working = isWorking();
      if (working === undefined) this.remove();
      else this.set(working ? 1 : 0);
    },
  });
}

async function snapshotOf(view: JournalView | null) {
  if (view === null) return null;
  const { journal, feedPosition, isApiPaused } = view;
  try {
    const told = feedPosition();
    const [head, deadLetters, backlog, statuses] = await Promise.all([
      journal.head(),
      journal.deadLetters.counts(),
      journal.confirmationTasks.backlog(),
      journal.statusCounts(),
    ]);
    const lag = Math.max(0, head.position - told);
    const [walBytes, foreignWrites] = [journal.logBytes(), journal.foreignWrites()];
    return { head, deadLetters, backlog, statuses, lag, isApiPaused: isApiPaused(), walBytes, foreignWrites };
  } catch {
    return null;
  }
}
