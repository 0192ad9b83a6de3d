/** Numbers with their nouns, for every message that a person reads. */

/** A number and its noun: `1 update`, `2 updates`. Give `plural` where it takes more than an s. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
