/**
 * Arrays in Postgres' binary format: one parameter carries a whole column of a batch, without quoting or parsing.
 *
 * Format (array_recv in Postgres' arrayfuncs.c): dimensions, whether there are nulls, the element type's OID; then for each
 * dimension its size and lower bound; then each element as a length (-1: null) and its bytes. All integers big-endian.
 */

// OIDs of the element types (pg_type.dat).
const BYTEA = 17;
const INT8 = 20;
const INT4 = 23;
const TEXT = 25;

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
/** The length that stands for null. */
const NULL = -1;

/** A `text[]`. */
export function textArray(items: readonly (string | null)[]): Buffer {
  const sizes = items.map((item) => (item === null ? NULL : Buffer.byteLength(item)));
  return writeArray(TEXT, sizes, (array, at, index) => array.write(items[index] as string, at));
}

/** A `bytea[]`. */
export function byteaArray(items: readonly (Uint8Array | null)[]): Buffer {
  const sizes = items.map((item) => (item === null ? NULL : item.length));
  return writeArray(BYTEA, sizes, (array, at, index) => array.set(items[index] as Uint8Array, at));
}

/** An `integer[]`. */
export function integerArray(items: readonly (number | null)[]): Buffer {
  const sizes = items.map((item) => (item === null ? NULL : 4));
  return writeArray(INT4, sizes, (array, at, index) => array.writeInt32BE(items[index] as number, at));
}

/** A `bigint[]` of safe integers. */
export function bigintArray(items: readonly (number | null)[]): Buffer {
  const sizes = items.map((item) => (item === null ? NULL : 8));
  return writeArray(INT8, sizes, (array, at, index) => {
    const item = items[index] as number;
    const high = Math.floor(item / 2 ** 32);
    array.writeInt32BE(high, at);
    array.writeUInt32BE(item - high * 2 ** 32, at + 4);
  });
}

/** Writes an array whose elements have `sizes`; `write` puts element `index` at `at`. */
function writeArray(
  elementType: number,
  sizes: readonly number[],
  write: (array: Buffer, at: number, index: number) => void,
): Buffer {
  const length = sizes.reduce((sum, size) => sum + LENGTH_BYTES + Math.max(size, 0), HEADER_BYTES);
  const array = Buffer.allocUnsafe(length);
  array.writeInt32BE(1, 0);
  array.writeInt32BE(sizes.includes(NULL) ? 1 : 0, 4);
  array.writeInt32BE(elementType, 8);
  array.writeInt32BE(sizes.length, 12);
  array.writeInt32BE(1, 16);
  let at = HEADER_BYTES;
  for (const [index, size] of sizes.entries()) {
    array.writeInt32BE(size, at);
    at += LENGTH_BYTES;
    if (size === NULL) continue;
    write(array, at, index);
    at += size;
  }
  return array;
}
