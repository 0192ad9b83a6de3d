/** A queue between a producer that pushes and a consumer that pulls. Its owner bounds it: see `size`. */
export class Mailbox<Item> {
  readonly #waiting: Item[] = [];
  #end: { readonly failure: unknown } | null = null;
  #wake = () => {};

  /** How many items wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Adds an item. Ignored after the end. */
  push(item: Item): void {
    if (this.#end !== null) return;
    this.#waiting.push(item);
    this.#wake();
  }

  /** Ends the queue. The consumer still takes what waits, and then gets `failure` thrown unless it is null. */
  end(failure: unknown): void {
    this.#end ??= { failure };
    this.#wake();
  }

  /** The items, for one consumer. */
  async *items(): AsyncGenerator<Item, void> {
    for (;;) {
      for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) yield item;
      if (this.#end !== null) {
        if (this.#end.failure !== null) throw this.#end.failure;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
