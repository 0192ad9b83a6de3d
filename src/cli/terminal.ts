/** Output for a terminal. */
import { styleText } from 'node:util';

/** Text from outside without the characters that could move the cursor, change colours or turn the reading direction. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

/**
 * Ends the process once its output can't be written any more. Nothing reads it (`| head`): quietly, with exit code 0 or the one that was
 * set. Anything else, such as a full disk: with a line on standard error and exit code 1. A server keeps running without its output.
 */
export function endWithoutOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (process.argv[2] === 'serve') return;
      if (error.code === 'EPIPE') process.exit();
      if (stream === process.stdout) process.stderr.write(`Cannot write the output: ${outputProblem(error)}\n`);
      process.exit(1);
    });
  }
}

function outputProblem({ code, message }: NodeJS.ErrnoException): string {
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? `the disk is full (${code}). Free some space, or write to another disk. What was written so far is not complete.`
    : `${message}. What was written so far is not complete.`;
}

/** Text in a colour, where standard output is a terminal that has colours and `NO_COLOR` is not set. */
export function coloured(style: 'red' | 'yellow' | 'green' | 'dim', text: string): string {
  return process.stdout.isTTY === true ? styleText(style, text) : text;
}

/** A progress line: redrawn in place on a terminal, a new line every 5 seconds elsewhere. */
export class ProgressLine implements Disposable {
  readonly #text: () => string;
  readonly #isTerminal = process.stderr.isTTY === true;
  readonly #timer: NodeJS.Timeout;

  /** @param text called each time the line is drawn. */
  constructor(text: () => string) {
    this.#text = text;
    this.#timer = setInterval(
      () => this.#draw(this.#isTerminal ? '\r\u001b[K' : '', this.#isTerminal ? '' : '\n'),
      this.#isTerminal ? 100 : 5_000,
    );
  }

  /** Draws it one last time. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.#isTerminal) this.#draw('\r\u001b[K', '\n');
  }

  #draw(before: string, after: string): void {
    process.stderr.write(`${before}${this.#text()}${after}`);
  }
}
