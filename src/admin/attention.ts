/** What waits for a person: the list that staff work through, read from where each thing is kept. */
import type { ConsumerActions, ConsumerStatus } from '../consumers/actions.ts';
import { FLAG_SETS, FLAGS, type Flag, namesOfFlags } from '../domain/attention.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { WaitingCounts } from '../journal/attention.ts';
import type { DeadLetterReason } from '../journal/dead-letters.ts';
import type { Journal } from '../journal/journal.ts';
import type { PendingDecision } from '../journal/pending-decisions.ts';

/** Every kind, in the order in which an item names its own. */
export const ATTENTION_KINDS = [
  'IN_DOUBT',
  'PENDING_SECOND_PERSON',
  ...FLAGS,
  'DEAD_LETTERS',
  'CONSUMER_STOPPED',
  'API_PAUSED',
] as const;

/** Why something waits for a person. */
export type AttentionKind = (typeof ATTENTION_KINDS)[number];

/** The kinds that are selected. */
export type Kinds = ReadonlySet<AttentionKind>;

/** Something that waits for a person. */
export interface AttentionItem {
  readonly kinds: readonly AttentionKind[];
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly update: KycUpdate | null;
  readonly pendingDecision: PendingDecision | null;
  readonly deadLetterReason: DeadLetterReason | null;
  readonly count: number;
  readonly consumer: ConsumerStatus | null;
}

/** An update that waits. */
export interface WaitingUpdate extends AttentionItem {
  readonly update: KycUpdate;
}

/** What the list is read from. */
export interface AttentionSources {
  readonly journal: Journal;
  readonly consumers: ConsumerActions;
  /** Since when calls to XGateway's API are paused, in milliseconds since 1970; null: they are not. */
  readonly apiPausedSince: () => number | null;
}

/** The list. */
export interface AttentionList {
  /** Every kind. */
  readonly kinds: readonly AttentionKind[];
  /** Updates that wait, after a position of the journal, in its order, at most `limit`. */
  updates(kinds: Kinds, after: number, limit: number): Promise<readonly WaitingUpdate[]>;
  /** Everything else that waits, the oldest first: few. The caller checks who may see which kind. */
  others(kinds: Kinds): Promise<readonly AttentionItem[]>;
  /** How many updates wait, at most `limit`. */
  countUpdates(kinds: Kinds, limit: number): Promise<number>;
}

/** Makes the list. */
export function attentionList(sources: AttentionSources): AttentionList {
  const { journal } = sources;
  return {
    kinds: ATTENTION_KINDS,
    updates: (kinds, after, limit) => waitingUpdates(journal, kinds, after, limit),
    async others(kinds) {
      const found = await Promise.all([deadLetters(sources, kinds), consumers(sources, kinds), api(sources, kinds)]);
      return found.flat().sort((a, b) => a.since - b.since);
    },
    countUpdates: async (kinds, limit) => Math.min(limit, countSelected(await journal.attention.counts(limit), kinds)),
  };
}

const NOTHING = {
  update: null,
  pendingDecision: null,
  deadLetterReason: null,
  count: 1,
  consumer: null,
} as const;

/** One item per update, however many reasons it waits for. */
async function waitingUpdates(journal: Journal, kinds: Kinds, after: number, limit: number) {
  const { attention, pendingDecisions } = journal;
  const [inDoubt, pending, ...flagged] = await Promise.all([
    kinds.has('IN_DOUBT') ? attention.inDoubtAfter(after, limit) : [],
    kinds.has('PENDING_SECOND_PERSON') ? pendingDecisions.after(after, limit) : [],
    ...FLAG_SETS.filter((flags) => isSelected(flags, kinds)).map((flags) =>
      attention.flaggedAfter(flags, after, limit),
    ),
  ]);
  const flags = new Map(flagged.flat().map((one) => [one.update.position, one]));
  const doubts = new Set(inDoubt.map(({ position }) => position));
  const decisions = new Map(pending.map(({ decision, update }) => [update.position, decision]));
  const updates = [...inDoubt, ...pending.map(({ update }) => update), ...flagged.flat().map(({ update }) => update)];
  return [...new Map(updates.map((update) => [update.position, update])).values()]
    .sort((a, b) => a.position - b.position)
    .slice(0, limit)
    .map((update): WaitingUpdate => {
      const pendingDecision = decisions.get(update.position) ?? null;
      const own = [
        ...(doubts.has(update.position) ? ['IN_DOUBT' as const] : []),
        ...(pendingDecision === null ? [] : ['PENDING_SECOND_PERSON' as const]),
        ...namesOfFlags(flags.get(update.position)?.flags ?? 0),
      ];
      const { receivedAt, recordedAt = receivedAt } = update;
      const selected = own.filter((kind) => kinds.has(kind));
      return { ...NOTHING, kinds: selected, since: recordedAt, update, pendingDecision };
    });
}

function isSelected(flags: number, kinds: Kinds): boolean {
  return namesOfFlags(flags).some((flag: Flag) => kinds.has(flag));
}

/** An update that waits for several reasons is one item. */
function countSelected({ inDoubt, flagged, pending }: WaitingCounts, kinds: Kinds): number {
  const open = [...flagged].reduce((sum, [flags, count]) => sum + (isSelected(flags, kinds) ? count : 0), 0);
  const alone = pending.filter(
    (one) => !(one.isInDoubt && kinds.has('IN_DOUBT')) && !(one.flags !== 0 && isSelected(one.flags, kinds)),
  );
  return open + (kinds.has('IN_DOUBT') ? inDoubt : 0) + (kinds.has('PENDING_SECOND_PERSON') ? alone.length : 0);
}

async function deadLetters({ journal }: AttentionSources, kinds: Kinds): Promise<AttentionItem[]> {
  if (!kinds.has('DEAD_LETTERS')) return [];
  return (await journal.deadLetters.reasons()).map(({ reason, count, oldestAt }) => ({
    ...NOTHING,
    kinds: ['DEAD_LETTERS'],
    since: oldestAt,
    deadLetterReason: reason,
    count,
  }));
}

/** Since the first update that they have not handled was recorded. */
async function consumers({ journal, consumers }: AttentionSources, kinds: Kinds): Promise<AttentionItem[]> {
  if (!kinds.has('CONSUMER_STOPPED')) return [];
  const stopped = (await consumers.list()).filter(({ state }) => state === 'STOPPED');
  return Promise.all(
    stopped.map(async (consumer): Promise<AttentionItem> => {
      const { position } = consumer.place;
      const [next] = await journal.entriesAfter(position, 1);
      const update = next ?? (position === 0 ? null : await journal.entry(position));
      const since = update === null ? 0 : (update.recordedAt ?? update.receivedAt);
      return { ...NOTHING, kinds: ['CONSUMER_STOPPED'], since, consumer };
    }),
  );
}

function api({ apiPausedSince }: AttentionSources, kinds: Kinds): AttentionItem[] {
  const since = apiPausedSince();
  return since === null || !kinds.has('API_PAUSED') ? [] : [{ ...NOTHING, kinds: ['API_PAUSED'], since }];
}
