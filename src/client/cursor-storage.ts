/** Where a follower keeps its cursor, so that a reloaded page continues where it was. */
import { DeadlineError, withDeadline } from './deadline.ts';

/**
 * Named texts: `localStorage`, `sessionStorage`, React Native's `AsyncStorage`, or three functions of the application's own.
 */
export interface CursorStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** The stored cursor of one follower. Neither promise rejects, and each settles within twice the storage's deadline. */
export interface CursorMemory {
  read(): Promise<string | null>;
  write(cursor: string | null): Promise<void>;
}

/** How long a storage may take to answer, in milliseconds. */
const STORAGE_MS = 5_000;

/**
 * The cursor stored under `key`. A storage that fails (full, or forbidden by the browser) or hangs does not stop the stream: the
 * follower has its cursor in memory, and only a reload starts again. A read that hangs is tried twice. Writes never overtake
 * each other: while one is under way, only the latest cursor waits.
 */
export function cursorMemory(
  storage: CursorStorage | undefined,
  key: string,
  timeoutMs: number = STORAGE_MS,
): CursorMemory {
  if (storage === undefined) return { read: async () => null, write: async () => {} };
  const ask = <Answer>(work: () => Answer | PromiseLike<Answer>) => withDeadline('The storage', timeoutMs, work);
  let next: { readonly cursor: string | null } | null = null;
  let writing: Promise<void> | null = null;
  /** Whether the last write did not settle in time: then later ones are not awaited, until one settles again. */
  let hangs = false;

  const writeLatest = async (): Promise<void> => {
    while (next !== null) {
      const { cursor } = next;
      next = null;
      try {
        await ask(() => (cursor === null ? storage.removeItem(key) : storage.setItem(key, cursor)));
        hangs = false;
      } catch (error) {
        // The follower continues from its cursor in memory.
        hangs = error instanceof DeadlineError;
      }
    }
    writing = null;
  };

  return {
    async read() {
      for (let attempt = 1; attempt <= 2; attempt++) {
        try {
          return (await ask(() => storage.getItem(key))) ?? null;
        } catch (error) {
          if (!(error instanceof DeadlineError)) return null;
        }
      }
      return null;
    },
    async write(cursor) {
      next = { cursor };
      writing ??= writeLatest();
      if (!hangs) await writing;
    },
  };
}
