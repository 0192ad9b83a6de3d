/**
 * The log that every part of the gateway writes to: the owner's, guarded and throttled in one place.
 *
 * - A log that throws (a full disk, a broken transport) never stops a callback: the line is dropped.
 * - A warning or error that repeats itself is written once a second with `repeated`, the number of lines left out. Lines with the
 *   same message but other details (another customer, another address) are written up to `DISTINCT_PER_SECOND` times a second.
 */
import type { Logger } from 'pino';

const WINDOW_MS = 1_000;
const DISTINCT_PER_SECOND = 10;
/** The most lines that are counted at once; the memory of the throttle is bounded by it. */
const MAX_TRACKED = 500;

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
const THROTTLED: ReadonlySet<Level> = new Set(['error', 'warn']);
type Level = (typeof LEVELS)[number];
type Write = (...line: unknown[]) => void;

const guarded = new WeakSet<object>();

/** Wraps `log`. Wrapping a log that is already guarded returns it unchanged. */
export function guardedLog(log: Logger): Logger {
  if (guarded.has(log)) return log;
  const wrapper = Object.create(log) as Record<string, unknown>;
  const throttle = new Throttle();
  for (const level of LEVELS) {
    const write: Write = (...line) => {
      try {
        const pending = (log[level] as (...line: unknown[]) => unknown)(...line);
        // The same for one that rejects.
        if (pending instanceof Promise) pending.catch(() => {});
      } catch {
        // There is nowhere left to report it.
      }
    };
    wrapper[level] = THROTTLED.has(level) ? (...line: unknown[]) => throttle.write(level, line, write) : write;
  }
  wrapper['child'] = (...given: Parameters<Logger['child']>) => guardedLog(log.child(...given) as unknown as Logger);
  guarded.add(wrapper);
  return wrapper as unknown as Logger;
}

interface Repeats {
  readonly write: Write;
  line: unknown[];
  count: number;
}

/** Counts the lines of the last second. */
class Throttle {
  /** By what identifies a line, and by its message alone: how often it was written in this window, and what was left out. */
  readonly #lines = new Map<string, Repeats>();
  readonly #distinct = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  write(level: Level, line: unknown[], write: Write): void {
    const message = level + messageOf(line);
    const key = message + detailsOf(line[0]);
    const known = this.#lines.get(key);
    if (known !== undefined) {
      known.count++;
      known.line = line;
      return;
    }
    this.#timer ??= setTimeout(() => this.#flush(), WINDOW_MS).unref();
    const written = this.#distinct.get(message) ?? 0;
    if (written >= DISTINCT_PER_SECOND || this.#lines.size >= MAX_TRACKED) {
      this.#leaveOut(message, line, write);
      return;
    }
    this.#distinct.set(message, written + 1);
    this.#lines.set(key, { write, line, count: 0 });
    write(...line);
  }

  #leaveOut(message: string, line: unknown[], write: Write): void {
    // When too many different messages compete, they share one count.
    const key = this.#lines.size >= MAX_TRACKED && !this.#lines.has(message) ? 'everything else' : message;
    const known = this.#lines.get(key);
    if (known === undefined) this.#lines.set(key, { write, line, count: 1 });
    else {
      known.count++;
      known.line = line;
    }
  }

  /** Writes what was left out. A line that was repeated is still counted, so that it is written once a second. */
  #flush(): void {
    this.#timer = null;
    const lines = [...this.#lines];
    this.#lines.clear();
    this.#distinct.clear();
    for (const [key, { write, line, count }] of lines) {
      if (count === 0) continue;
      this.#lines.set(key, { write, line, count: 0 });
      write(...withRepeated(line, count));
    }
    if (this.#lines.size > 0) this.#timer = setTimeout(() => this.#flush(), WINDOW_MS).unref();
  }
}

function messageOf([first, second]: readonly unknown[]): string {
  if (typeof first === 'string') return first;
  return typeof second === 'string' ? second : '';
}

/** What distinguishes two lines with the same message: their short fields, and the message of their error. */
function detailsOf(fields: unknown): string {
  if (typeof fields !== 'object' || fields === null) return '';
  if (fields instanceof Error) return fields.message.slice(0, 200);
  let details = '';
  for (const [name, value] of Object.entries(fields)) {
    // A request ID is never the same twice.
    if (name === 'requestId') continue;
    if (value instanceof Error) details += `|${value.message.slice(0, 200)}`;
    else if (typeof value !== 'object' && typeof value !== 'function') details += `|${String(value).slice(0, 100)}`;
  }
  return details;
}

function withRepeated([first, ...rest]: readonly unknown[], repeated: number): unknown[] {
  if (typeof first === 'string') return [{ repeated }, first, ...rest];
  if (first instanceof Error) return [{ err: first, repeated }, ...rest];
  return [{ ...(first as object), repeated }, ...rest];
}
