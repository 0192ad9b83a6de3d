/** A broken promise. The test adds the seed of its schedule. */
export class Violation extends Error {}
