/**
 * Writes lines to a file descriptor in the background, whatever happens to it. SonicBoom, which pino uses, throws when a disk is full, and
 * then tries to write what is left for ever while the process exits: a full disk under the log ended the server, or made it hang.
 */
import { write, writeSync } from 'node:fs';

/** The pause before retrying a reader that takes nothing, or a full disk. */
const RETRY_MS = 100;
/** How long the end of the process waits for a slow reader. */
const FLUSH_MS = 2_000;

/** How lines are written. */
export interface LineWriterOptions {
  /** Each line at once, before `write` returns. */
  readonly sync: boolean;
  /** How much may wait, in bytes; lines beyond it are dropped and counted. */
  readonly maxBytes: number;
}

/** Writes lines. Never throws. */
export class LineWriter {
  readonly #fd: number;
  readonly #options: LineWriterOptions;
  #waiting: string[] = [];
  #waitingBytes = 0;
  /** What is being written, or has failed and is tried again. */
  #chunk: Buffer = Buffer.alloc(0);
  /** `writing`: the system has the chunk. `retrying`: a timer will give it to the system again. `closed`: nobody reads any more. */
  #state: 'idle' | 'writing' | 'retrying' | 'closed' = 'idle';
  #dropped = 0;

  constructor(fd: number, options: LineWriterOptions) {
    this.#fd = fd;
    this.#options = options;
  }

  /** How many texts were dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Writes a line, or several. */
  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#state === 'closed' || this.#waitingBytes + this.#chunk.length + bytes > this.#options.maxBytes) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(text);
    this.#waitingBytes += bytes;
    if (this.#options.sync) this.#writeNow();
    else if (this.#state === 'idle') this.#next();
  }

  /** For the end of the process: writes what waits before it returns. What cannot be written by then is lost. */
  flush(deadlineMs = FLUSH_MS): void {
    const endsAt = performance.now() + deadlineMs;
    // The operating system has the chunk, and writes it.
    if (this.#state === 'writing') this.#chunk = Buffer.alloc(0);
    while (this.#state !== 'closed' && this.#take()) {
      try {
        this.#chunk = this.#chunk.subarray(writeSync(this.#fd, this.#chunk));
      } catch (error) {
        if (codeOf(error) === 'EPIPE') this.#close();
        if (codeOf(error) !== 'EAGAIN' || performance.now() > endsAt) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
  }

  /** A terminal that takes nothing for a moment gets the rest later. */
  #writeNow(): void {
    this.flush(RETRY_MS);
    if (this.#chunk.length === 0 || this.#state !== 'idle') return;
    this.#state = 'retrying';
    setTimeout(() => {
      this.#state = 'idle';
      this.#writeNow();
    }, RETRY_MS).unref();
  }

  #next(): void {
    if (!this.#take()) {
      this.#state = 'idle';
      return;
    }
    this.#state = 'writing';
    write(this.#fd, this.#chunk, 0, this.#chunk.length, null, (error, written) => {
      if (error === null) {
        this.#chunk = this.#chunk.subarray(written);
        return this.#next();
      }
      if (codeOf(error) === 'EPIPE') return this.#close();
      this.#state = 'retrying';
      setTimeout(() => this.#next(), RETRY_MS).unref();
    });
  }

  /** Makes a chunk of what waits unless there is one. Returns whether there is something to write. */
  #take(): boolean {
    if (this.#chunk.length > 0) return true;
    if (this.#waiting.length === 0) return false;
    this.#chunk = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#waitingBytes = 0;
    return true;
  }

  #close(): void {
    this.#state = 'closed';
    this.#chunk = Buffer.alloc(0);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
