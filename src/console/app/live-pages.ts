/** A page that was read, and what the stream has brought since: the customers' list and a customer's timeline are such. */
import type { UpdateFragment } from './generated/operations.ts';
import type { Live } from './live.ts';
import { Store } from './store.ts';

/** What is shown. Rows are updates: a customer's KYC is their latest one. */
export interface PagesView<About> {
  readonly rows: readonly UpdateFragment[];
  readonly about: About | null;
  readonly hasMore: boolean;
  /** Where the next page starts. */
  readonly endCursor: string | null;
  /** How many changes are held back because the reader is looking. */
  readonly heldBack: number;
  readonly loading: boolean;
  readonly error: string | null;
}

/** A page as it was read. */
export interface PageRead<About> {
  readonly rows: readonly UpdateFragment[];
  readonly about: About;
  readonly hasMore: boolean;
  readonly endCursor: string | null;
}

/** How a view is read, and what an update does to it. */
export interface PagesSource<About> {
  /** The most rows that are kept. Default `MOST_ROWS`. */
  readonly mostRows?: number;
  /** Whether `about` says something of the page that was read last, and not of the list. Default false. */
  readonly isAboutPage?: boolean;
  readonly read: (after: string | null) => Promise<PageRead<About>>;
  readonly apply: (
    view: PagesView<About>,
    updates: readonly UpdateFragment[],
    isHeld: boolean,
  ) => Partial<PagesView<About>>;
}

/** The most rows that are kept: a longer list is narrowed down by status, or found by ID. */
export const MOST_ROWS = 1_000;

/** Keeps a view up to date. */
export class LivePages<About> {
  readonly view = new Store<PagesView<About>>({
    rows: [],
    about: null,
    hasMore: false,
    endCursor: null,
    heldBack: 0,
    loading: true,
    error: null,
  });
  readonly #live: Live;
  readonly #source: PagesSource<About>;
  #seen = 0;
  #reading = 0;
  #isHeld = false;

  constructor(live: Live, source: PagesSource<About>) {
    this.#live = live;
    this.#source = source;
  }

  /** Reads the first page, once the stream has begun, and follows it until the returned function is called. */
  start(): () => void {
    let { beginnings } = this.#live.received.get();
    if (beginnings > 0) void this.reload();
    const stop = this.#live.received.subscribe(() => {
      const received = this.#live.received.get();
      if (received.beginnings !== beginnings) {
        beginnings = received.beginnings;
        void this.reload();
      } else if (!this.view.get().loading) this.#catchUp();
    });
    return () => {
      stop();
      this.#reading++;
    };
  }

  /** Reads the first page anew. */
  reload = async (): Promise<void> => {
    await this.#read(null, ({ rows, ...page }) => ({ ...page, rows, heldBack: 0 }));
  };

  /** Reads the next page. */
  more = async (): Promise<void> => {
    const { loading, hasMore, endCursor, rows } = this.view.get();
    if (loading || !hasMore || rows.length >= (this.#source.mostRows ?? MOST_ROWS)) return;
    const known = new Set(rows.map(keyOf));
    await this.#read(endCursor, (page) => ({
      ...page,
      about: this.#source.isAboutPage === true ? page.about : this.view.get().about,
      rows: [...this.view.get().rows, ...page.rows.filter((row) => !known.has(keyOf(row)))],
    }));
  };

  /** Keeps the order of the rows as it is while the reader points at them; what changed meanwhile is read afterwards. */
  hold = (isHeld: boolean): void => {
    this.#isHeld = isHeld;
    if (!isHeld && this.view.get().heldBack > 0) void this.reload();
  };

  async #read(after: string | null, merge: (page: PageRead<About>) => Partial<PagesView<About>>): Promise<void> {
    const reading = ++this.#reading;
    if (after === null) this.#seen = this.#live.received.get().total;
    this.#change({ loading: true, error: null });
    try {
      const page = await this.#source.read(after);
      if (reading !== this.#reading) return;
      this.#change({ ...merge(page), loading: false });
      // What the stream brought while the page was under way is later than the page, or already in it.
      this.#catchUp();
    } catch (error) {
      if (reading !== this.#reading) return;
      this.#change({ loading: false, error: error instanceof Error ? error.message : String(error) });
    }
  }

  #catchUp(): void {
    const updates = this.#live.after(this.#seen);
    this.#seen = this.#live.received.get().total;
    if (updates === null) void this.reload();
    else if (updates.length > 0) this.#change(this.#source.apply(this.view.get(), updates, this.#isHeld));
  }

  #change(change: Partial<PagesView<About>>): void {
    this.view.set({ ...this.view.get(), ...change });
  }
}

/** Names a row. */
export function keyOf({ customerId, revision }: UpdateFragment): string {
  return `${revision} ${customerId}`;
}
