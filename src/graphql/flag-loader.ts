/** The state of updates that waited for a person: all that are requested in one turn are one read. */
import DataLoader from 'dataloader';
import type { KycUpdate } from '../domain/update.ts';
import type { FlagState } from '../journal/attention.ts';
import type { Journal } from '../journal/journal.ts';

const MAX_AT_ONCE = 200;
const loaders = new WeakMap<Journal, DataLoader<number, FlagState | null>>();

/** The state of an update that has flags; null: it has none. */
export async function loadFlagState(journal: Journal, update: KycUpdate): Promise<FlagState | null> {
  // What a person recorded doesn't wait for one.
  return update.source === 'STAFF' ? null : loaderOf(journal).load(update.position);
}

function loaderOf(journal: Journal): DataLoader<number, FlagState | null> {
  const known = loaders.get(journal);
  if (known !== undefined) return known;
  const loader = new DataLoader(
    async (positions: readonly number[]) => {
      const states = await journal.attention.states([...new Set(positions)]);
      return positions.map((position) => states.get(position) ?? null);
    },
    { cache: false, maxBatchSize: MAX_AT_ONCE },
  );
  loaders.set(journal, loader);
  return loader;
}
