/** Files that are worth nothing until they are whole. */
import { rmSync } from 'node:fs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Removes files when a signal ends the process before it is disposed. The process ends by that signal, as it would have without. */
export class UnfinishedFiles implements Disposable {
  readonly #end: (signal: NodeJS.Signals) => void;

  constructor(files: readonly string[]) {
    this.#end = (signal) => {
      for (const file of files) rmSync(file, { force: true });
      this[Symbol.dispose]();
      process.kill(process.pid, signal);
    };
    for (const signal of SIGNALS) process.on(signal, this.#end);
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.#end);
  }
}
