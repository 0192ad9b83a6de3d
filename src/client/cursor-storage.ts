/** Where a follower keeps its cursor, so that a page that is loaded again goes on where it was. */

/**
 * A place for texts by name: `localStorage`, `sessionStorage`, React Native's `AsyncStorage`, or three functions of the
 * application's own.
 */
export interface CursorStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** The cursor of one follower. */
export interface CursorMemory {
  read(): Promise<string | null>;
  write(cursor: string | null): Promise<void>;
}

/**
 * The cursor under `key`. A storage that fails (full, or forbidden by the browser) does not stop the stream: the follower
 * has its cursor in memory, and only a reload starts anew.
 */
export function cursorMemory(storage: CursorStorage | undefined, key: string): CursorMemory {
  return {
    async read() {
      try {
        return (await storage?.getItem(key)) ?? null;
      } catch {
        return null;
      }
    },
    async write(cursor) {
      try {
        await (cursor === null ? storage?.removeItem(key) : storage?.setItem(key, cursor));
      } catch {
        // See above.
      }
    },
  };
}
