/** Output for a terminal. */

/** Text from outside without the characters that could move the cursor, change colours or turn the reading direction. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
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
