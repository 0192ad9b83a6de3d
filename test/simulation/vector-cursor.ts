/** The cursor of a journal in cells, as docs/scale.md designs it: the place in each cell's journal, as one opaque text. */
import { createHash } from 'node:crypto';
import { type CursorCodec, cursorCodec, type Place } from '../../src/journal/cursor.ts';
import type { Head } from '../../src/journal/journal.ts';

const SEPARATOR = '~';

/** The cell that holds a customer: the same for as long as the number of cells is. */
export function cellOf(customerId: string, cells: number): number {
  return createHash('sha256').update(customerId).digest().readUInt32BE(0) % cells;
}

/** Writes and reads vectors: one cursor of the real codec for each cell. */
export class VectorCursorCodec {
  readonly #codecs: readonly CursorCodec[];

  constructor(cells: number) {
    this.#codecs = Array.from({ length: cells }, (_, cell) => cursorCodec(Buffer.alloc(16, cell)));
  }

  encode(places: readonly Head[]): string {
    return this.#codecs.map((codec, cell) => codec.encode(places[cell] as Head)).join(SEPARATOR);
  }

  /** The place in each cell; null for text that is no such cursor. */
  decode(text: string): Place[] | null {
    const parts = text.split(SEPARATOR);
    const places = this.#codecs.map((codec, cell) => codec.decode(parts[cell] ?? ''));
    return parts.length === places.length && places.every((place) => place !== null) ? places : null;
  }
}
