/** What waits for a person: read at once, after updates, and every few seconds, because not everything makes an update. */
import type { Api } from './api.ts';
import { AttentionDocument, type AttentionQuery, DeadLetterCountDocument } from './generated/operations.ts';
import type { Live } from './live.ts';
import { Store } from './store.ts';

/** Something that waits. */
export type AttentionItem = AttentionQuery['kycAttention']['nodes'][number];

/** The list, as it was read last. */
export interface AttentionView {
  /** Oldest first; null: not read yet. */
  readonly items: readonly AttentionItem[] | null;
  /** How many there are; 10,000 stands for more. */
  readonly total: number;
  readonly error: string | null;
}

/** How many items are shown. */
export const SHOWN = 100;
const MIN_PAUSE_MS = 1_000;
const EVERY_MS = 5_000;

/** Keeps the list up to date. */
export class Attention {
  readonly view = new Store<AttentionView>({ items: null, total: 0, error: null });
  #api: Api | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;
  #isReading = false;
  #isStale = false;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** Follows until the returned function is called. */
  start(api: Api, live: Live): () => void {
    this.#api = api;
    const stop = live.received.subscribe(() => this.again());
    const whenVisible = (): void => {
      if (document.visibilityState === 'visible') this.again();
    };
    document.addEventListener('visibilitychange', whenVisible);
    const ticker = setInterval(whenVisible, EVERY_MS);
    this.again();
    return () => {
      stop();
      clearInterval(ticker);
      clearTimeout(this.#timer);
      this.#timer = undefined;
      document.removeEventListener('visibilitychange', whenVisible);
      this.#api = null;
      this.view.set({ items: null, total: 0, error: null });
    };
  }

  /** Whether the items are shown, or their number alone: that is cheaper to read. */
  open = (isOpen: boolean): void => {
    this.#isOpen = isOpen;
    if (isOpen) this.again();
  };

  /** Reads, at most once a second. */
  again = (): void => {
    if (this.#isReading) {
      this.#isStale = true;
      return;
    }
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        void this.#read();
      },
      Math.max(0, this.#lastAt + MIN_PAUSE_MS - performance.now()),
    );
  };

  async #read(): Promise<void> {
    const api = this.#api;
    if (api === null) return;
    this.#isReading = true;
    this.#isStale = false;
    this.#lastAt = performance.now();
    try {
      const isOpen = this.#isOpen;
      const { kycAttention } = await api.ask(AttentionDocument, { first: isOpen ? SHOWN : 0 });
      if (api !== this.#api) return;
      const items = isOpen ? kycAttention.nodes : this.view.get().items;
      this.view.set({ items, total: kycAttention.totalCount, error: null });
    } catch (error) {
      if (api !== this.#api) return;
      this.view.set({ ...this.view.get(), error: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#isReading = false;
      if (this.#isStale) this.again();
    }
  }
}

/** How many dead letters there are. Only for `kyc:admin`. */
export async function countDeadLetters(api: Api): Promise<number> {
  const { kycAttention } = await api.ask(DeadLetterCountDocument, {});
  return kycAttention.nodes.reduce((sum, { count }) => sum + count, 0);
}
