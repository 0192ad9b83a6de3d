/** Thrown for a database that can be reached but has no journal. */
export class NoJournalError extends Error {}
