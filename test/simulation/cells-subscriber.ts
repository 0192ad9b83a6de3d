/**
 * A client that follows all customers over many cells, as a gateway in front of them would serve it: one cursor of the real feed in each
 * cell, at most one update in hand from each, and after each update the vector to resume from.
 */
import type { KycUpdate } from '../../src/domain/update.ts';
import { KycError } from '../../src/errors.ts';
import type { FeedCursor } from '../../src/feed/cursor.ts';
import { namesDigest, type Place } from '../../src/journal/cursor.ts';
import type { Head } from '../../src/journal/journal.ts';
import type { SimulatedDatabase } from './database.ts';
import type { Instance } from './instance.ts';
import type { Random } from './random.ts';
import type { VectorCursorCodec } from './vector-cursor.ts';
import { Violation } from './violation.ts';

/** What a client follows: each cell's journal, and an instance that serves it now. */
export interface Cell {
  readonly database: SimulatedDatabase;
  readonly instances: readonly Instance[];
}

/** The client. */
export class CellsSubscriber {
  readonly #cells: readonly Cell[];
  readonly #codec: VectorCursorCodec;
  readonly #random: Random;
  readonly #violations: Error[];
  #cursors: FeedCursor[] = [];
  /** The instances that serve it, by cell. */
  #served: Instance[] = [];
  /** What each cell has handed over and the client has not taken: nothing else waits. */
  #inHand = new Map<number, KycUpdate>();
  #connection = 0;
  /** All that the client keeps. */
  #stored: string | null = null;
  /** The last revision of each customer, and the last entry of each cell, to check against. */
  readonly #revisions = new Map<string, number>();
  readonly #places: Head[];
  delivered = 0;
  resumed = 0;
  /** How often one cell's journal no longer held its part of the vector. */
  unknown = 0;

  constructor(cells: readonly Cell[], codec: VectorCursorCodec, random: Random, violations: Error[]) {
    this.#cells = cells;
    this.#codec = codec;
    this.#random = random;
    this.#violations = violations;
    this.#places = cells.map(({ database }) => ({ position: 0, digest: database.seed }));
  }

  /** Whether it has to connect: it never did, or an instance that serves it is gone. */
  get isAway(): boolean {
    return this.#served.length === 0 || this.#served.some((instance) => !instance.isAlive);
  }

  disconnect(): void {
    this.#connection++;
    for (const cursor of this.#cursors) cursor.close();
    this.#cursors = [];
    this.#served = [];
    this.#inHand = new Map();
  }

  /** Connects with nothing but the stored vector. Does nothing when a cell has no instance that is ready. */
  async connect(): Promise<void> {
    this.disconnect();
    const connection = this.#connection;
    const served = this.#cells.map(({ instances }) => this.#random.pick(instances));
    if (!served.every(({ isAlive, isReady }) => isAlive && isReady)) return;
    const vector = this.#stored === null ? null : this.#codec.decode(this.#stored);
    const starts = await Promise.all(served.map((instance, cell) => this.#startOf(instance, cell, vector)));
    if (connection !== this.#connection || starts.includes(undefined)) return;
    if (vector !== null) this.resumed++;
    this.#served = served;
    this.#cursors = served.map((instance, cell) => instance.feed.followAll(starts[cell] as Head, () => true));
    for (const cell of served.keys()) this.#pull(cell);
  }

  /** Takes an update of some cell that has one: which cell comes first is nobody's promise. */
  take(): void {
    const cells = [...this.#inHand.keys()];
    if (cells.length === 0) return;
    const cell = this.#random.pick(cells);
    const update = this.#inHand.get(cell) as KycUpdate;
    this.#inHand.delete(cell);
    this.#check(cell, update);
    this.#places[cell] = update;
    this.#stored = this.#codec.encode(this.#places);
    this.delivered++;
    this.#pull(cell);
  }

  /** Nothing has failed for a while: everything that the cells hold has arrived. */
  checkSettled(): void {
    for (const [cell, { database }] of this.#cells.entries()) {
      const { position } = this.#places[cell] as Head;
      if (position !== database.head.position)
        this.#fail(`cell ${cell} is at position ${database.head.position}, and the client at ${position}`);
    }
  }

  /** Where a cell's cursor starts. Undefined: it can't be found out now. */
  async #startOf(instance: Instance, cell: number, vector: readonly Place[] | null): Promise<Head | undefined> {
    const place = vector?.[cell];
    const { seed } = instance.journal;
    if (place === undefined) return { position: 0, digest: seed };
    const digest = await Promise.resolve(instance.journal.digestAt(place.position)).catch(() => undefined);
    if (digest === undefined || !instance.isAlive) return undefined;
    if (digest !== null && namesDigest(place, digest)) return { position: place.position, digest };
    return this.#restart(cell);
  }

  /** One cell's journal was replaced: only that part of the vector starts again. */
  #restart(cell: number): Head {
    const { database } = this.#cells[cell] as Cell;
    const place = this.#places[cell] as Head;
    if (database.replacements === 0)
      this.#fail(`cell ${cell} does not know position ${place.position}, and was never replaced`);
    this.unknown++;
    const start = { position: 0, digest: database.seed };
    this.#places[cell] = start;
    this.#stored = this.#codec.encode(this.#places);
    this.#forget(cell);
    return start;
  }

  /** What the client knows of the customers of a cell may no longer be true. */
  #forget(cell: number): void {
    for (const customerId of this.#revisions.keys())
      if (customerId.startsWith(`${cell}:`)) this.#revisions.delete(customerId);
  }

  #pull(cell: number): void {
    const connection = this.#connection;
    this.#cursors[cell]?.pull({
      take: (update) => {
        if (connection !== this.#connection || this.#served[cell]?.isAlive !== true) return;
        if (this.#inHand.has(cell)) this.#fail(`cell ${cell} handed over a second update before the first was taken`);
        this.#inHand.set(cell, update);
      },
      end: (error) => {
        if (connection !== this.#connection || this.#served[cell]?.isAlive !== true) return;
        if (!(error instanceof KycError && error.code === 'CURSOR_UNKNOWN'))
          this.#fail(`cell ${cell} ended: ${String(error)}`);
        this.#inHand.delete(cell);
        this.#restart(cell);
        this.disconnect();
      },
    });
  }

  /** In its cell an update comes right after the one before; of its customer too. */
  #check(cell: number, update: KycUpdate): void {
    const { position } = this.#places[cell] as Head;
    if (update.position !== position + 1)
      this.#fail(`cell ${cell}: position ${update.position} was delivered after position ${position}`);
    const customer = `${cell}:${update.customerId}`;
    const revision = this.#revisions.get(customer) ?? 0;
    if (update.revision !== revision + 1)
      this.#fail(`${customer}: revision ${update.revision} was delivered after revision ${revision}`);
    this.#revisions.set(customer, update.revision);
  }

  #fail(message: string): void {
    this.#violations.push(new Violation(message));
  }
}
