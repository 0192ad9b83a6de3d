/** Files that are worth nothing until they are whole. */
import { rmSync } from 'node:fs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SUFFIXES = ['', '-journal', '-wal', '-shm'] as const;

/**
 * An SQLite file and those that SQLite puts beside it. Removes them when a signal ends the process before this is disposed; the process ends by
 * that signal, as it would have without.
 */
export class UnfinishedFiles implements Disposable {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    for (const signal of SIGNALS) process.on(signal, this.#end);
  }

  /** Removes what there is of them. */
  remove(): void {
    for (const suffix of SUFFIXES) rmSync(this.#file + suffix, { force: true });
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.#end);
  }

  readonly #end = (signal: NodeJS.Signals): void => {
    this.remove();
    this[Symbol.dispose]();
    process.kill(process.pid, signal);
  };
}
