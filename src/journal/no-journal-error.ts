/** A database that can be reached and has no journal. */
export class NoJournalError extends Error {}
