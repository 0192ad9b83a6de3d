import { setTimeout as wait } from 'node:timers/promises';

/** Looks until what it sees is there (neither null, undefined nor false), for at most ten seconds. */
export async function eventually<Seen>(look: () => Promise<Seen> | Seen): Promise<NonNullable<Seen>> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const seen = await look();
    if (seen != null && seen !== false) return seen as NonNullable<Seen>;
    if (Date.now() > deadline) throw new Error(`Still not: ${look.toString()}`);
    await wait(10);
  }
}
