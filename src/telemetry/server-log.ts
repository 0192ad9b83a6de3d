/** Logs to the standard output: the server's own, which makes no callback wait for it, and the default of a gateway. */
import type { Logger } from 'pino';
import { type AnsweredCallback, callbackJson } from './callback-line.ts';
import { LineWriter } from './line-writer.ts';
import { createLog, type LogLevel } from './log.ts';
import { prettyLine } from './pretty-line.ts';

/** How much may wait for a slow reader, in bytes; lines beyond it are dropped and counted. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/**
 * Callback lines are gathered until there are this many characters, or for this long: a write in the background costs 20 µs of CPU time,
 * which is a quarter of a callback.
 */
const MAX_GATHERED = 16 * 1024 - 1;
const GATHER_MS = 50;

/** Shared by the gateways of a process, so that it listens once for the end of the process. */
let standardOutput: LineWriter | undefined;

/**
 * The log of a gateway whose application gave none: warnings and errors as JSON on the standard output. A full disk or a reader that has gone
 * costs lines, and nothing else.
 */
export function openDefaultLog(): Logger {
  standardOutput ??= flushedAtExit(
    new LineWriter(1, { sync: process.stdout.isTTY === true, maxBytes: MAX_WAITING_BYTES }),
  );
  return createLog('warn', standardOutput);
}

function flushedAtExit(writer: LineWriter): LineWriter {
  process.once('exit', () => writer.flush());
  return writer;
}

/** The log of a server. */
export interface ServerLog {
  readonly log: Logger;
  /** Writes the line of a callback; undefined: the level says that there are none. */
  readonly onCallback: ((callback: AnsweredCallback) => void) | undefined;
  /** How many lines, or groups of lines, were dropped because their reader was too slow. */
  readonly dropped: () => number;
}

/** Where a server's log goes: the standard output. */
export interface LogOutput {
  readonly fd: number;
  readonly isTTY?: boolean | undefined;
  getColorDepth?(): number;
}

/**
 * Opens the log. To a terminal: lines for a person, at once. Elsewhere: JSON, written in the background; the lines of callbacks within
 * 50 ms of each other are written together. What is left is written when the process exits.
 */
export function openServerLog(level: LogLevel, output: LogOutput = process.stdout): ServerLog {
  const isTerminal = output.isTTY === true;
  const stream = new LineWriter(output.fd, { sync: isTerminal, maxBytes: MAX_WAITING_BYTES });
  const pretty = isTerminal ? prettyLine((output.getColorDepth?.() ?? 1) > 1) : null;
  let gathered = '';
  let isScheduled = false;
  const writeLater = () => {
    isScheduled = false;
    writeGathered();
  };
  const writeGathered = () => {
    if (gathered === '') return;
    stream.write(gathered);
    gathered = '';
  };
  const log = createLog(level, {
    write(line) {
      // Lines stay in the order in which they were logged.
      writeGathered();
      stream.write(pretty === null ? line : pretty(line));
    },
  });
  process.once('exit', () => {
    writeGathered();
    stream.flush();
  });
  const onCallback = (callback: AnsweredCallback) => {
    const line = callbackJson(callback);
    gathered += pretty === null ? line : pretty(line);
    if (gathered.length > MAX_GATHERED) writeGathered();
    else if (!isScheduled) {
      isScheduled = true;
      if (isTerminal) setImmediate(writeLater);
      else setTimeout(writeLater, GATHER_MS).unref();
    }
  };
  return { log, onCallback: log.isLevelEnabled('info') ? onCallback : undefined, dropped: () => stream.dropped };
}
