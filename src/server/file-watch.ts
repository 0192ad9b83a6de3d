/** Notices when files have changed, by looking at them: the same for secrets and for trusted documents. */

/** How often files are checked, in milliseconds. A change counts once it was seen twice: a file may be half written. */
const POLL_MS = 1_000;

/** What a watch looks at, and what it calls. */
export interface FileWatchOptions {
  /** Identifies what the files hold now. Never rejects. */
  readonly identity: () => Promise<string>;
  /** Called with each change, and once after the start: the files may have changed since they were read. Must not reject. */
  readonly changed: () => void | Promise<void>;
  /** Default 1,000. */
  readonly pollMs?: number | undefined;
}

/** Watches until it is disposed. */
export class FileWatch implements Disposable {
  readonly #options: FileWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #applied: string | null = null;
  #seen: string | null = null;
  #isDisposed = false;

  constructor(options: FileWatchOptions) {
    this.#options = options;
    this.#schedule();
  }

  /** The last change could not be used yet: it counts as a change again at the next look. */
  tryAgain(): void {
    this.#applied = null;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#look(), this.#options.pollMs ?? POLL_MS).unref();
  }

  async #look(): Promise<void> {
    const now = await this.#options.identity();
    if (this.#isDisposed) return;
    if (now !== this.#applied && now === this.#seen) {
      this.#applied = now;
      await this.#options.changed();
      if (this.#isDisposed) return;
    }
    this.#seen = now;
    this.#schedule();
  }
}
