/** Positions of consumers in files. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConsumerStore } from './consume.ts';

/**
 * Keeps each position in a file of its own in `folder`, which is made when it is missing. A position is replaced as a whole, and synced to
 * disk: after a crash of the process or the machine, the file holds the one before or the new one.
 *
 * @example
 * ```ts
 * const store = fileStore('/var/lib/risk-engine');
 * show(await store.load('risk-engine'));
 * ```
 */
export function fileStore(folder: string): ConsumerStore {
  const fileOf = (name: string) => join(folder, `${encodeURIComponent(name).replaceAll('.', '%2E')}.cursor`);
  return {
    async load(name) {
      try {
        return (await readFile(fileOf(name), 'utf8')).trim() || null;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    async save(name, cursor) {
      const file = fileOf(name);
      const draft = `${file}.new`;
      await mkdir(folder, { recursive: true });
      await write(draft, cursor);
      await rename(draft, file);
      await syncFolder(folder);
    },
  };
}

async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Without it a crash of the machine may undo the renaming. Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
